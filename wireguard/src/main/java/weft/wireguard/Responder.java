package weft.wireguard;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One initiation that somebody sent us, opened step by step (whitepaper, 5.4.2 and 5.4.3). */
final class Responder implements AutoCloseable {
    private final Crypto crypto;
    private final Identity identity;
    private final Noise noise;
    private final byte[] theirEphemeral;
    private final int theirIndex;
    private final byte[] sealedTimestamp;
    private final PublicKey peer;

    private Responder(Crypto crypto, Identity identity, Noise noise, byte[] initiation, PublicKey peer) {
        this.crypto = crypto;
        this.identity = identity;
        this.noise = noise;
        this.peer = peer;
        theirEphemeral = Message.part(initiation, Message.INITIATION_EPHEMERAL, Spec.KEY_SIZE);
        theirIndex = Message.index(initiation, Message.SENDER);
        sealedTimestamp = Message.part(initiation, Message.INITIATION_TIMESTAMP, Message.INITIATION_TIMESTAMP_SIZE);
    }

    /** Opens the static key, at the price of one X25519; empty if the message is forged. */
    static Optional<Responder> open(Crypto crypto, Kdf kdf, Identity identity, byte[] initiation) {
        byte[] ephemeral = Message.part(initiation, Message.INITIATION_EPHEMERAL, Spec.KEY_SIZE);
        byte[] shared = new byte[Spec.KEY_SIZE];
        if (!crypto.curve().agree(identity.privateKey(), ephemeral, shared)) {
            return Optional.empty();
        }
        Noise noise = new Noise(kdf, identity.publicKey().raw());
        noise.mixKey(ephemeral);
        noise.mixHash(ephemeral);
        byte[] key = noise.mixKeyAndDerive(shared);
        Arrays.fill(shared, (byte) 0);
        byte[] opened =
                noise.open(key, Message.part(initiation, Message.INITIATION_STATIC, Message.INITIATION_STATIC_SIZE));
        if (opened == null) {
            noise.close();
            return Optional.empty();
        }
        return Optional.of(new Responder(crypto, identity, noise, initiation, new PublicKey(opened)));
    }

    PublicKey peer() {
        return peer;
    }

    /** Which of ours the initiation is for. */
    Identity identity() {
        return identity;
    }

    /** The stamp, which proves that the peer holds its static key; null if it is forged. */
    @Nullable
    Tai64n timestamp(byte[] staticStatic) {
        byte[] opened = noise.open(noise.mixKeyAndDerive(staticStatic), sealedTimestamp);
        return opened == null ? null : Tai64n.of(opened);
    }

    /** A response without its MACs, and the keys of the session that it opens. */
    record Answer(byte[] message, TransportKeys keys) {}

    /** Empty if the peer's ephemeral or static key is of low order. */
    Optional<Answer> answer(byte[] ephemeral, int index, PresharedKey psk) {
        byte[] withEphemeral = new byte[Spec.KEY_SIZE];
        byte[] withStatic = new byte[Spec.KEY_SIZE];
        if (!crypto.curve().agree(ephemeral, theirEphemeral, withEphemeral)
                || !crypto.curve().agree(ephemeral, peer.raw(), withStatic)) {
            return Optional.empty();
        }
        byte[] ephemeralPublic = crypto.curve().publicKey(ephemeral);
        Arrays.fill(ephemeral, (byte) 0);
        byte[] message = Message.ofType(Spec.RESPONSE, Spec.RESPONSE_SIZE);
        Message.index(message, Message.SENDER, index);
        Message.index(message, Message.RESPONSE_RECEIVER, theirIndex);
        Message.put(message, Message.RESPONSE_EPHEMERAL, ephemeralPublic);
        noise.mixHash(ephemeralPublic);
        noise.mixKey(ephemeralPublic);
        noise.mixKey(withEphemeral);
        noise.mixKey(withStatic);
        Arrays.fill(withEphemeral, (byte) 0);
        Arrays.fill(withStatic, (byte) 0);
        byte[] key = noise.mixPresharedKey(psk.raw());
        Message.put(message, Message.RESPONSE_EMPTY, noise.seal(key, new byte[0]));
        byte[][] keys = noise.split();
        return Optional.of(new Answer(message, new TransportKeys(keys[1], keys[0], theirIndex)));
    }

    @Override
    public void close() {
        noise.close();
    }
}
