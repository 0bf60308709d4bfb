package weft.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import weft.registry.RegistryConfig.Limits;

/**
 * A token bucket for each source: an IPv4 address, or an IPv6 /64, since that is what one subscriber has. A source that
 * is quiet until its bucket is full again is forgotten, and so is the one not seen for longest when there are too many.
 */
final class SourceLimiter {
    private final double burst;
    private final double refillNanos;
    private final Ticker ticker;
    private final Cache<ByteBuffer, Bucket> buckets;

    SourceLimiter(Limits limits, Ticker ticker) {
        this.burst = limits.burst();
        this.refillNanos = limits.refill().toNanos();
        this.ticker = ticker;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(limits.sources())
                .expireAfterAccess(limits.refill().multipliedBy(limits.burst()).plus(Duration.ofSeconds(1)))
                .ticker(ticker)
                .build();
    }

    private record Bucket(double tokens, long at, boolean granted) {}

    /** Takes a token; false if there is none. */
    boolean take(InetAddress source) {
        long now = ticker.read();
        return buckets.asMap()
                .compute(key(source), (key, bucket) -> next(bucket, now))
                .granted();
    }

    /** How many sources are remembered. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }

    private Bucket next(@Nullable Bucket bucket, long now) {
        double tokens = bucket == null ? burst : Math.min(burst, bucket.tokens + (now - bucket.at) / refillNanos);
        return tokens >= 1 ? new Bucket(tokens - 1, now, true) : new Bucket(tokens, now, false);
    }

    private static ByteBuffer key(InetAddress source) {
        byte[] bytes = source.getAddress();
        return ByteBuffer.wrap(source instanceof Inet4Address ? bytes : Arrays.copyOf(bytes, 8));
    }
}
