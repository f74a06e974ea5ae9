package io.tidemark.bench.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.bench.wire.Message;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    private static long check(Payload payload, byte[] bytes) {
        return payload.check(Message.of("subject", "", bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 128, 8192})
    void aPayloadTellsItsNumber(int size) {
        Payload payload = new Payload(size);

        for (long number : new long[] {0, 1, 65_535, 65_536, 1_000_000}) {
            assertThat(check(payload, payload.of(number))).isEqualTo(number);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 128})
    void everyByteBehindTheNumberIsChecked(int size) {
        Payload payload = new Payload(size);

        for (int place = Payload.MIN_BYTES; place < size; place++) {
            byte[] bytes = payload.of(7).clone();
            bytes[place] ^= 1;
            assertThatThrownBy(() -> check(payload, bytes))
                    .isInstanceOf(CheckFailed.class)
                    .hasMessageContaining("byte");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {127, 129, 0})
    void theSizeIsChecked(int count) {
        assertThatThrownBy(() -> check(new Payload(128), new byte[count])).isInstanceOf(CheckFailed.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 12_345})
    void neighboursHaveOtherBytes(long number) {
        Payload payload = new Payload(128);
        byte[] bytes = payload.of(number).clone();
        bytes[Long.BYTES - 1] ^= 1;

        assertThatThrownBy(() -> check(payload, bytes)).isInstanceOf(CheckFailed.class);
    }
}
