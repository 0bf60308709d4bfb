package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceiverIndicesTest {
    /** As fleets do it: few indices for each peer, some shared between peers. */
    private static final class FewIndices implements Fresh {
        private final TestFresh fresh = TestFresh.seeded(1);
        int index;

        @Override
        public void random(byte[] into) {
            fresh.random(into);
        }

        @Override
        public long unixNanos() {
            return fresh.unixNanos();
        }

        @Override
        public int receiverIndex(PublicKey peer, int attempt) {
            return index;
        }
    }

    private final Crypto crypto = Crypto.jdk();
    private final FewIndices fresh = new FewIndices();
    private final Handshakes ours = new Handshakes(crypto, fresh);

    private Handshakes other(int seed) {
        Handshakes other = new Handshakes(crypto, TestFresh.seeded(seed));
        byte[] secret = new byte[32];
        new Random(seed).nextBytes(secret);
        other.identity(new PrivateKey(secret));
        other.put(PeerConfig.of(ours.publicKey().orElseThrow()), 0);
        ours.put(PeerConfig.of(other.publicKey().orElseThrow()).withEndpoint(THERE), 0);
        return other;
    }

    @Test
    void anIndexThatOnePeerGivesBackMayBeTakenByTheNextInTheSameTick() {
        ours.identity(new PrivateKey(new byte[32]));
        Handshakes first = other(1);
        Handshakes second = other(2);
        fresh.index = 7;
        byte[] initiation = Wire.sent(ours.initiate(first.publicKey().orElseThrow(), 0));
        Wire.receive(ours, Wire.sent(Wire.receive(first, initiation, HERE, 0)), THERE, 0);
        fresh.index = 8;
        long late = Spec.REJECT_AFTER_TIME;
        ours.initiate(second.publicKey().orElseThrow(), late - 10 * World.SECOND);
        fresh.index = 7;
        byte[] again = Wire.sent(ours.tick(late));
        assertThat(Message.index(again, Message.SENDER)).isEqualTo(7);
        assertThat(Wire.receive(ours, Wire.sent(Wire.receive(second, again, HERE, late)), THERE, late))
                .hasAtLeastOneElementOfType(Event.SealerReady.class);
    }

    @Test
    void wherePeersHaveTakenAllIndicesTheNextIsRefusedUntilOneIsGivenBack() {
        ours.identity(new PrivateKey(new byte[32]));
        PublicKey key = ours.publicKey().orElseThrow();
        Handshakes first = other(1);
        Handshakes second = other(2);
        PublicKey secondKey = second.publicKey().orElseThrow();
        ours.initiate(first.publicKey().orElseThrow(), 0);
        second.put(PeerConfig.of(key).withEndpoint(HERE), 0);
        byte[] initiation = Wire.sent(second.initiate(key, 0));
        assertThat(Wire.receive(ours, initiation, HERE, 0)).containsExactly(new Event.Rejected(Event.Reason.NO_INDEX));
        assertThat(ours.initiate(secondKey, 0)).containsExactly(new Event.Unreachable(secondKey));
        ours.remove(first.publicKey().orElseThrow());
        assertThat(Wire.receive(ours, initiation, HERE, 0)).hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }
}
