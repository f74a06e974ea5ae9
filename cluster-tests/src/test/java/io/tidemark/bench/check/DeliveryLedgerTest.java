package io.tidemark.bench.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.bench.wire.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryLedgerTest {
    private final Payload payload = new Payload(16);
    private final AckLedger acks = new AckLedger(3);
    private final DeliveryLedger deliveries = new DeliveryLedger(3, payload);

    @BeforeEach
    void messagesZeroToTwoAreSequencesOneToThree() {
        for (int number = 0; number < 3; number++) {
            acks.ack(number, number + 1);
        }
    }

    private void deliver(int number, int delivered, int streamSequence, int consumerSequence) {
        deliver(
                "$JS.ACK.S.C.%d.%d.%d.1700000000000000000.9".formatted(delivered, streamSequence, consumerSequence),
                number);
    }

    private void deliver(String reply, int number) {
        deliveries.take(Message.of("inbox", reply, payload.of(number)));
    }

    @Test
    void allInOrderIsRight() {
        deliver(0, 1, 1, 1);
        deliver(1, 1, 2, 2);
        deliver(2, 1, 3, 3);

        assertThatCode(() -> deliveries.checkAgainst(acks, 0)).doesNotThrowAnyException();
        assertThat(deliveries.delivered()).isEqualTo(3);
    }

    @Test
    void aLatestValueMayBeAllThatIsDelivered() {
        deliver(2, 1, 3, 1);

        assertThatCode(() -> deliveries.checkAgainst(acks, 2)).doesNotThrowAnyException();
    }

    @Test
    void aRedeliveryIsWrong() {
        assertThatThrownBy(() -> deliver(0, 2, 1, 1)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void aGapInTheDeliveriesIsWrong() {
        assertThatThrownBy(() -> deliver(0, 1, 1, 2)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void aStepBackInTheStreamIsWrong() {
        deliver(1, 1, 2, 1);

        assertThatThrownBy(() -> deliver(0, 1, 1, 2)).isInstanceOf(CheckFailed.class);
        assertThatThrownBy(() -> deliver(1, 1, 2, 2)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void aSequenceThatWasNeverAckedIsWrong() {
        assertThatThrownBy(() -> deliver(0, 1, 4, 1)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void aMissingMessageIsFound() {
        deliver(0, 1, 1, 1);
        deliver(2, 1, 3, 2);

        assertThatThrownBy(() -> deliveries.checkAgainst(acks, 0))
                .isInstanceOf(CheckFailed.class)
                .hasMessageContaining("sequence 2");
    }

    @Test
    void anotherMessageAtASequenceIsFound() {
        deliver(1, 1, 1, 1);
        deliver(0, 1, 2, 2);
        deliver(2, 1, 3, 3);

        assertThatThrownBy(() -> deliveries.checkAgainst(acks, 0)).isInstanceOf(CheckFailed.class);
    }

    @Test
    void anOldValueIsFoundWhereTheLatestWasAskedFor() {
        deliver(0, 1, 1, 1);
        deliver(2, 1, 3, 2);

        assertThatThrownBy(() -> deliveries.checkAgainst(acks, 2)).isInstanceOf(CheckFailed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "inbox.of.somebody.else",
                "$JS.ACK.S.C.1.1.1.1700000000000000000",
                "$JS.ACK.S.C.1.1.1.1700000000000000000.9.9",
                "$JS.ACK.S.C.1.one.1.1700000000000000000.9",
                "$JS.ACK.S.C.0.1.1.1700000000000000000.9"
            })
    void anotherSubjectIsNoDelivery(String reply) {
        assertThatThrownBy(() -> deliver(reply, 0)).isInstanceOf(CheckFailed.class);
    }
}
