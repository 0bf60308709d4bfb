package weft.tunnel;

import java.security.SecureRandom;
import java.time.Instant;
import weft.wireguard.Fresh;
import weft.wireguard.PublicKey;

/** The machine's random numbers and its wall clock. From any thread, if the choice of indices is. */
public final class SystemFresh implements Fresh {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** See {@link Fresh#receiverIndex}. */
    @FunctionalInterface
    interface Indices {
        int candidate(PublicKey peer, int attempt);
    }

    private final Indices indices;

    SystemFresh(Indices indices) {
        this.indices = indices;
    }

    /** With receiver indices at random. */
    public SystemFresh() {
        this((peer, attempt) -> RANDOM.nextInt());
    }

    @Override
    public void random(byte[] into) {
        RANDOM.nextBytes(into);
    }

    @Override
    public long unixNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public int receiverIndex(PublicKey peer, int attempt) {
        return indices.candidate(peer, attempt);
    }
}
