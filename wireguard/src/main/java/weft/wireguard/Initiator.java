package weft.wireguard;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One handshake that we began, until its response comes or it is given up (whitepaper, 5.4.2 and 5.4.3). */
final class Initiator implements AutoCloseable {
    private final Crypto crypto;
    private final Identity identity;
    private final Noise noise;
    private final byte[] ephemeral;
    private final int index;

    Initiator(Crypto crypto, Kdf kdf, Identity identity, PublicKey peer, byte[] ephemeral, int index) {
        this.crypto = crypto;
        this.identity = identity;
        this.ephemeral = ephemeral;
        this.index = index;
        noise = new Noise(kdf, peer.raw());
    }

    int index() {
        return index;
    }

    Identity identity() {
        return identity;
    }

    /** The initiation, with zeros for its MACs; null if the peer's key is of low order. */
    byte @Nullable [] initiation(PublicKey peer, byte[] staticStatic, Tai64n timestamp) {
        byte[] shared = new byte[Spec.KEY_SIZE];
        if (!crypto.curve().agree(ephemeral, peer.raw(), shared)) {
            return null;
        }
        byte[] ephemeralPublic = crypto.curve().publicKey(ephemeral);
        byte[] message = Message.ofType(Spec.INITIATION, Spec.INITIATION_SIZE);
        Message.index(message, Message.SENDER, index);
        Message.put(message, Message.INITIATION_EPHEMERAL, ephemeralPublic);
        noise.mixKey(ephemeralPublic);
        noise.mixHash(ephemeralPublic);
        byte[] key = noise.mixKeyAndDerive(shared);
        Message.put(
                message,
                Message.INITIATION_STATIC,
                noise.seal(key, identity.publicKey().raw()));
        key = noise.mixKeyAndDerive(staticStatic);
        Message.put(message, Message.INITIATION_TIMESTAMP, noise.seal(key, timestamp.bytes()));
        Arrays.fill(shared, (byte) 0);
        return message;
    }

    /**
     * Opens a response. Whether it is genuine or not, this object is used up only by a genuine one: a forged response
     * must not end a handshake.
     */
    Optional<TransportKeys> finish(byte[] response, PresharedKey psk) {
        byte[] theirs = Message.part(response, Message.RESPONSE_EPHEMERAL, Spec.KEY_SIZE);
        byte[] withEphemeral = new byte[Spec.KEY_SIZE];
        byte[] withStatic = new byte[Spec.KEY_SIZE];
        if (!crypto.curve().agree(ephemeral, theirs, withEphemeral)
                || !crypto.curve().agree(identity.privateKey(), theirs, withStatic)) {
            return Optional.empty();
        }
        Noise attempt = noise.copy();
        attempt.mixHash(theirs);
        attempt.mixKey(theirs);
        attempt.mixKey(withEphemeral);
        attempt.mixKey(withStatic);
        Arrays.fill(withEphemeral, (byte) 0);
        Arrays.fill(withStatic, (byte) 0);
        byte[] key = attempt.mixPresharedKey(psk.raw());
        if (attempt.open(key, Message.part(response, Message.RESPONSE_EMPTY, Spec.TAG_SIZE)) == null) {
            attempt.close();
            return Optional.empty();
        }
        byte[][] keys = attempt.split();
        return Optional.of(new TransportKeys(keys[0], keys[1], Message.index(response, Message.SENDER)));
    }

    @Override
    public void close() {
        noise.close();
        Arrays.fill(ephemeral, (byte) 0);
    }
}
