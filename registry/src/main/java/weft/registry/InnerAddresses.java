package weft.registry;

import org.jdbi.v3.core.Handle;
import weft.api.Problem;

/**
 * Hands out inner addresses, round and round the prefix, so that one just given back is not given to somebody else at
 * once. IPv6 follows IPv4: its low 32 bits are the IPv4 address.
 */
final class InnerAddresses {
    /** The first addresses are the fleet's own: gateway, DNS. */
    static final int RESERVED = 16;

    private final Prefix inner4;
    private final Prefix inner6;

    InnerAddresses(Prefix inner4, Prefix inner6) {
        this.inner4 = inner4;
        this.inner6 = inner6;
    }

    record Pair(long v4, String v6) {}

    /** Takes the lock that keeps allocations apart, until the transaction ends. */
    static long lock(Handle handle) {
        return handle.createQuery("UPDATE allocator SET next4 = next4 RETURNING next4")
                .mapTo(Long.class)
                .one();
    }

    Pair next(Handle handle) {
        long first = inner4.first4() + RESERVED;
        long last = inner4.first4() + inner4.size4() - 2;
        long start = lock(handle);
        long free = freeFrom(handle, start < first || start > last ? first : start);
        if (free > last) {
            free = freeFrom(handle, first);
        }
        if (free > last) {
            throw new Refusal(Problem.FULL, "all inner addresses of " + inner4 + " are in use");
        }
        handle.execute("UPDATE allocator SET next4 = ?", free + 1);
        return new Pair(free, inner6.with(free).getHostAddress());
    }

    private long freeFrom(Handle handle, long start) {
        boolean taken = handle.createQuery("SELECT count(*) FROM device WHERE inner4 = ?")
                        .bind(0, start)
                        .mapTo(Integer.class)
                        .one()
                > 0;
        if (!taken) {
            return start;
        }
        return handle.createQuery("""
                        SELECT d.inner4 + 1 FROM device d
                        WHERE d.inner4 >= ?
                          AND NOT EXISTS (SELECT 1 FROM device e WHERE e.inner4 = d.inner4 + 1)
                        ORDER BY d.inner4 LIMIT 1""").bind(0, start).mapTo(Long.class).one();
    }
}
