package weft.registry;

import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import weft.api.Problem;

/**
 * Hands out client ids: at random, and to one device each while any is free; then shared, by twelve devices at most.
 * 0 is never given, since that is what a stock client's reserved bytes say. The caller holds the allocator's lock.
 */
final class ClientIds {
    /** Devices that may share one id. */
    static final int SHARED_BY = 12;

    private final int greatest;
    private final RandomGenerator random;

    /** @param greatest 2^24 − 1, but for tests */
    ClientIds(int greatest, RandomGenerator random) {
        this.greatest = greatest;
        this.random = random;
    }

    int next(Handle handle) {
        int start = random.nextInt(1, greatest + 1);
        int free = freeFrom(handle, start);
        if (free > greatest) {
            free = freeFrom(handle, 1);
        }
        return free <= greatest ? free : leastShared(handle);
    }

    /** The smallest unused id that is not below {@code start}; greatest + 1 if there is none. */
    private static int freeFrom(Handle handle, int start) {
        boolean taken = handle.createQuery("SELECT count(*) FROM device WHERE client_id = ?")
                        .bind(0, start)
                        .mapTo(Integer.class)
                        .one()
                > 0;
        if (!taken) {
            return start;
        }
        return handle.createQuery("""
                        SELECT d.client_id + 1 FROM device d
                        WHERE d.client_id >= ?
                          AND NOT EXISTS (SELECT 1 FROM device e WHERE e.client_id = d.client_id + 1)
                        ORDER BY d.client_id LIMIT 1""").bind(0, start).mapTo(Integer.class).one();
    }

    private static int leastShared(Handle handle) {
        return handle.createQuery("""
                        SELECT client_id FROM device GROUP BY client_id HAVING count(*) < ?
                        ORDER BY count(*), client_id LIMIT 1""")
                .bind(0, SHARED_BY)
                .mapTo(Integer.class)
                .findOne()
                .orElseThrow(() -> new Refusal(Problem.FULL, "all client ids are in use"));
    }
}
