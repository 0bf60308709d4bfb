package weft.wireguard;

import java.util.List;
import java.util.Random;

/** Two {@link Handshakes} on real cryptography whose datagrams a test carries by hand. */
final class Pair {
    static final Place HERE = new Place("192.0.2.1", 1111);
    static final Place THERE = new Place("198.51.100.2", 2222);

    final RecordingAead aead = new RecordingAead();
    final TestFresh fresh;
    final Handshakes initiator;
    final Handshakes responder;
    final PublicKey initiatorKey;
    final PublicKey responderKey;

    Pair(int reserved, int threshold) {
        Crypto crypto = new Crypto(aead, new JdkCurve(), new Blake2s());
        Random random = new Random(reserved + threshold);
        fresh = new TestFresh(random, () -> 0);
        initiator = new Handshakes(crypto, fresh);
        responder = new Handshakes(crypto, fresh, threshold);
        initiatorKey = identity(initiator, random);
        responderKey = identity(responder, random);
        initiator.put(PeerConfig.of(responderKey).withEndpoint(THERE).withReserved(reserved), 0);
        responder.put(PeerConfig.of(initiatorKey), 0);
    }

    Pair() {
        this(0, Tuning.LOAD_MESSAGES);
    }

    private static PublicKey identity(Handshakes of, Random random) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        of.identity(new PrivateKey(secret));
        return of.publicKey().orElseThrow();
    }

    /** A session's four ends. */
    record Session(Sealer forth, Opener forthOpener, Sealer back, Opener backOpener) {}

    byte[] initiation(long now) {
        return Wire.sent(initiator.initiate(responderKey, now));
    }

    Session establish(long now) {
        List<Event> answered = Wire.receive(responder, initiation(now), HERE, now);
        List<Event> done = Wire.receive(initiator, Wire.sent(answered), THERE, now);
        Sealer forth = Wire.find(done, Event.SealerReady.class).sealer();
        Opener forthOpener = Wire.find(answered, Event.OpenerReady.class).opener();
        Wire.open(forthOpener, Wire.seal(forth, 0, now), now);
        responder.roamed(initiatorKey, HERE);
        Sealer back = Wire.find(responder.confirmed(initiatorKey, forthOpener, now), Event.SealerReady.class)
                .sealer();
        return new Session(
                forth,
                forthOpener,
                back,
                Wire.find(done, Event.OpenerReady.class).opener());
    }
}
