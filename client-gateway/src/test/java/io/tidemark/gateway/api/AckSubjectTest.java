package io.tidemark.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.json.ClusterInfoJson;
import org.junit.jupiter.api.Test;

class AckSubjectTest {
    private static final String G_HASH = "szMpdrwD";

    @Test
    void shortFormNamesTheDelivery() {
        assertThat(AckSubject.parse("$JS.ACK.S.c.2.7.9.1700000000000000000.3", "", G_HASH))
                .contains(new AckSubject("S", "c", 2, 7, 9));
    }

    @Test
    void longFormNamesTheDelivery() {
        AckSubject expected = new AckSubject("S", "c", 2, 7, 9);

        assertThat(AckSubject.parse("$JS.ACK._." + G_HASH + ".S.c.2.7.9.17.3", "", G_HASH))
                .contains(expected);
        assertThat(AckSubject.parse("$JS.ACK._." + G_HASH + ".S.c.2.7.9.17.3.token.more", "", G_HASH))
                .contains(expected);
        assertThat(AckSubject.parse("$JS.ACK.hub." + G_HASH + ".S.c.2.7.9.17.3", "hub", G_HASH))
                .contains(expected);
    }

    @Test
    void otherDomainsAccountsAndTokenCountsAreNobodys() {
        assertThat(AckSubject.parse("$JS.ACK.hub." + G_HASH + ".S.c.2.7.9.17.3", "", G_HASH))
                .isEmpty();
        assertThat(AckSubject.parse("$JS.ACK._.xxxxxxxx.S.c.2.7.9.17.3", "", G_HASH))
                .isEmpty();
        assertThat(AckSubject.parse("$JS.ACK.S.c.2.7.9.17", "", G_HASH)).isEmpty();
        assertThat(AckSubject.parse("$JS.ACK.S.c.2.7.9.17.3.x", "", G_HASH)).isEmpty();
    }

    @Test
    void onlyTheStreamSequenceMustBeANumber() {
        assertThat(AckSubject.parse("$JS.ACK.S.c.x.7.y.17.3", "", G_HASH)).contains(new AckSubject("S", "c", 0, 7, 0));
        assertThat(AckSubject.parse("$JS.ACK.S.c.1.x.1.17.3", "", G_HASH)).contains(new AckSubject("S", "c", 1, -1, 1));
        assertThat(AckSubject.parse("$JS.ACK.S.c.1.99999999999999999999.1.17.3", "", G_HASH))
                .contains(new AckSubject("S", "c", 1, -1, 1));
    }

    @Test
    void hashesAreUpstreams() {
        assertThat(ClusterInfoJson.hash("$G")).isEqualTo(G_HASH);
        assertThat(ClusterInfoJson.hash("n1")).isEqualTo("fjFyEjc1");
        assertThat(ClusterInfoJson.hash("n2")).isEqualTo("44jzkV9D");
    }
}
