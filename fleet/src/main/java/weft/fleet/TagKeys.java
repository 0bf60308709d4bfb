package weft.fleet;

/**
 * The keys under which edges tag what they forward: ours, and those of yesterday and tomorrow where the fleet's secret is
 * another one, for edges whose clocks differ. On most days that is one key. One thread's; of one day, as
 * {@link ReceiverIndices} are.
 */
public final class TagKeys implements AutoCloseable {
    private final long day;
    private final SipHash[] keys;

    public TagKeys(long day, FleetSecret secret, Prf prf) {
        this.day = day;
        boolean yesterday = !secret.isSame(day, day - 1);
        boolean tomorrow = !secret.isSame(day, day + 1);
        keys = new SipHash[1 + (yesterday ? 1 : 0) + (tomorrow ? 1 : 0)];
        keys[0] = key(day, secret, prf);
        if (yesterday) {
            keys[1] = key(day - 1, secret, prf);
        }
        if (tomorrow) {
            keys[keys.length - 1] = key(day + 1, secret, prf);
        }
    }

    private static SipHash key(long day, FleetSecret secret, Prf prf) {
        return ReceiverIndices.sipHash(secret.derive(FleetSecret.Purpose.FORWARD_TAG, day, 0, prf));
    }

    /** Whether these are another day's. */
    public boolean isOver(long unixNanos) {
        return FleetSecret.day(unixNanos) != day;
    }

    int count() {
        return keys.length;
    }

    /** The first one is ours. */
    SipHash key(int i) {
        return keys[i];
    }

    @Override
    public void close() {
        for (SipHash key : keys) {
            key.close();
        }
    }
}
