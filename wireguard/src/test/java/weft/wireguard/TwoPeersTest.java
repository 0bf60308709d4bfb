package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The library in ten lines: two peers in one process, as the README shows them. */
class TwoPeersTest {
    record Place(byte[] bytes) implements Endpoint {}

    private static Fresh fresh(long seed) {
        Random random = new Random(seed);
        return new Fresh() {
            @Override
            public void random(byte[] into) {
                random.nextBytes(into);
            }

            @Override
            public long unixNanos() {
                return 1_800_000_000_000_000_000L;
            }

            @Override
            public int receiverIndex(PublicKey peer, int attempt) {
                return random.nextInt();
            }
        };
    }

    @Test
    void aPacketTravelsThroughASession() {
        Crypto crypto = Crypto.jdk();
        PrivateKey ours = new PrivateKey(new byte[32]);
        PrivateKey theirs = PrivateKey.parse("YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=");
        Place here = new Place(new byte[] {127, 0, 0, 1, 0, 1});
        Place there = new Place(new byte[] {127, 0, 0, 1, 0, 2});
        try (Handshakes a = new Handshakes(crypto, fresh(1));
                Handshakes b = new Handshakes(crypto, fresh(2))) {
            a.identity(ours);
            b.identity(theirs);
            a.put(PeerConfig.of(theirs.publicKey(crypto.curve())).withEndpoint(there), 0);
            b.put(PeerConfig.of(ours.publicKey(crypto.curve())), 0);

            var initiation =
                    (Event.Send) a.initiate(theirs.publicKey(crypto.curve()), 0).getFirst();
            List<Event> answered = receive(b, initiation, here);
            Opener opener = ((Event.OpenerReady) answered.get(0)).opener();
            List<Event> done = receive(a, (Event.Send) answered.get(1), there);
            Sealer sealer = ((Event.SealerReady) done.get(1)).sealer();

            MemorySegment packet = MemorySegment.ofArray("sixteen bytes ok".getBytes(StandardCharsets.US_ASCII));
            MemorySegment wire = MemorySegment.ofArray(new byte[48]);
            MemorySegment opened = MemorySegment.ofArray(new byte[32]);
            assertThat(sealer.seal(packet, 0, 16, wire, 0, 1)).isEqualTo(48);
            assertThat(opener.open(wire, 0, 48, opened, 0, 2)).isEqualTo(16);
            assertThat(opened.asSlice(0, 16).mismatch(packet)).isEqualTo(-1);
            assertThat(opener.open(wire, 0, 48, opened, 0, 3)).isEqualTo(Opener.REPLAY);
        }
    }

    private static List<Event> receive(Handshakes by, Event.Send send, Endpoint from) {
        return by.receive(MemorySegment.ofArray(send.datagram()), 0, send.datagram().length, from, 0);
    }
}
