package weft.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DownstreamTest {
    private static final long LOOK = Downstream.LOOK;
    private static final long LOOKS_OF_SILENCE = Downstream.SILENCE / LOOK;

    private final Downstream stream = new Downstream();
    private long now = 5_000_000_000L;
    private long received;
    private long sent;

    private boolean look(long heard, long spoken) {
        now += LOOK;
        received += heard;
        sent += spoken;
        return stream.look(now, received, sent);
    }

    private void flow() {
        for (int i = 0; i < 10; i++) {
            assertThat(look(20_000, 200)).isFalse();
        }
        assertThat(stream.flows()).isTrue();
    }

    private void nothingIsDueFor(long looks) {
        for (int i = 0; i < looks; i++) {
            assertThat(look(0, 0)).isFalse();
        }
    }

    @Test
    void aStreamThatFallsSilentIsWorthOneKeepalive() {
        flow();
        nothingIsDueFor(LOOKS_OF_SILENCE - 1);
        assertThat(look(0, 0)).isTrue();
        nothingIsDueFor(100);
        assertThat(stream.flows()).isFalse();
    }

    /** Ours, the answers to it, or the last acknowledgement, which may be counted a look later than what it is for. */
    @Test
    void silenceBeginsWithTheLastDatagramInEitherDirection() {
        flow();
        assertThat(look(0, 96)).isFalse();
        nothingIsDueFor(LOOKS_OF_SILENCE - 1);
        assertThat(look(0, 0)).isTrue();
    }

    @Test
    void itIsDueAgainWhenTheStreamHasFlowedAgain() {
        flow();
        nothingIsDueFor(LOOKS_OF_SILENCE - 1);
        assertThat(look(0, 0)).isTrue();
        flow();
        nothingIsDueFor(LOOKS_OF_SILENCE - 1);
        assertThat(look(0, 0)).isTrue();
    }

    @Test
    void aTrickleIsNoStream() {
        for (int i = 0; i < 10; i++) {
            assertThat(look(148, 32)).isFalse();
            nothingIsDueFor(39);
        }
        assertThat(stream.flows()).isFalse();
    }

    @Test
    void whatIsOnlySentIsNoStream() {
        for (int i = 0; i < 10; i++) {
            assertThat(look(0, 100_000)).isFalse();
        }
        nothingIsDueFor(100);
    }

    /** Looks are a second apart until something flows. */
    @Test
    void aStreamIsFoundByTheFirstLookAfterItsFirstSecond() {
        now += 1_000_000_000L;
        assertThat(look(2_000_000, 20_000)).isFalse();
        assertThat(stream.flows()).isTrue();
    }
}
