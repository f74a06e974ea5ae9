package io.tidemark.bench.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AckLedgerTest {
    private final AckLedger ledger = new AckLedger(3);

    @Test
    void sequencesMayComeInAnyOrder() {
        ledger.ack(2, 1);
        ledger.ack(0, 3);
        ledger.ack(1, 2);

        ledger.checkComplete();
        assertThat(ledger.numberAt(3)).isZero();
    }

    @Test
    void aSequenceIsGivenOnce() {
        ledger.ack(0, 1);

        assertThatThrownBy(() -> ledger.ack(1, 1)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void aMessageIsAckedOnce() {
        ledger.ack(0, 1);

        assertThatThrownBy(() -> ledger.ack(0, 2)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void aSequenceBeyondTheMessagesMeansThatOneWasStoredTwice() {
        assertThatThrownBy(() -> ledger.ack(0, 4)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void thereIsNoSequenceZero() {
        assertThatThrownBy(() -> ledger.ack(0, 0)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void whatWasNotPublishedIsNotAcked() {
        assertThatThrownBy(() -> ledger.ack(3, 1)).isInstanceOf(CheckFailed.class);
        assertThatThrownBy(() -> ledger.ack(-1, 1)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void aMissingAckIsFound() {
        ledger.ack(0, 1);
        ledger.ack(1, 2);

        assertThatThrownBy(ledger::checkComplete).isInstanceOf(CheckFailed.class);
        assertThatThrownBy(() -> ledger.numberAt(3)).isInstanceOf(CheckFailed.class);
    }
}
