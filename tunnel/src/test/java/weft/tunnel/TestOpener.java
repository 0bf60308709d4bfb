package weft.tunnel;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import weft.wireguard.Crypto;
import weft.wireguard.Endpoint;
import weft.wireguard.Event;
import weft.wireguard.Fresh;
import weft.wireguard.Handshakes;
import weft.wireguard.Opener;
import weft.wireguard.PeerConfig;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** An opener as a handshake makes it; there is no other way to one. */
final class TestOpener {
    private TestOpener() {}

    private record Place(byte[] bytes) implements Endpoint {}

    static Opener make() {
        Endpoint place = new Place(new byte[6]);
        Handshakes ours = handshakes(1);
        Handshakes theirs = handshakes(2);
        PublicKey our = ours.publicKey().orElseThrow();
        PublicKey their = theirs.publicKey().orElseThrow();
        ours.put(PeerConfig.of(their).withEndpoint(place), 0);
        theirs.put(PeerConfig.of(our), 0);
        byte[] initiation = one(ours.initiate(their, 0), Event.Send.class).datagram();
        List<Event> answer = theirs.receive(MemorySegment.ofArray(initiation), 0, initiation.length, place, 0);
        return one(answer, Event.OpenerReady.class).opener();
    }

    private static <E extends Event> E one(List<Event> events, Class<E> type) {
        return events.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private static Handshakes handshakes(int seed) {
        Random random = new Random(seed);
        Crypto crypto = NativeCrypto.best();
        Handshakes made = new Handshakes(crypto, new Fresh() {
            @Override
            public void random(byte[] into) {
                random.nextBytes(into);
            }

            @Override
            public long unixNanos() {
                return 0;
            }

            @Override
            public int receiverIndex(PublicKey peer, int attempt) {
                return random.nextInt();
            }
        });
        byte[] key = new byte[32];
        random.nextBytes(key);
        made.identity(new PrivateKey(key));
        return made;
    }
}
