package weft.fleet;

import java.util.Arrays;

/**
 * What all edges of a fleet share, and outsiders do not: secrets of 32 bytes, each in force from a day on until the next one
 * is. All other keys of the fleet derive from the secret of the day. A new secret is added for a day to come, and once every
 * edge has read it, the fleet goes over at that midnight (UTC) without a word between edges. A day is a number of days since
 * 1970.
 *
 * <p>Immutable but for {@link #close}, which zeroes. {@link SecretFile} has the form on disk.
 */
public final class FleetSecret implements AutoCloseable {
    /** In bytes. */
    public static final int SIZE = 32;

    /** More secrets than this are refused: one a day for a year, and the days that it takes to notice. */
    public static final int MAX_SECRETS = 400;

    private static final long NANOS_A_DAY = 86_400_000_000_000L;

    /** The last day whose nanoseconds fit a long: in the year 2262. */
    public static final long MAX_DAY = Long.MAX_VALUE / NANOS_A_DAY;

    /** What keys are derived for. */
    public enum Purpose {
        /** SipHash keys of {@link ReceiverIndices}; the number is the day. */
        RECEIVER_INDEX("weft receiver index"),
        /** SipHash keys of {@link TagKeys}; the number is 0. */
        FORWARD_TAG("weft forward tag"),
        /** What edges seal their messages to each other with; the number is 0. */
        MESH("weft mesh"),
        /** {@link CookieEpochs}; the number is the epoch. */
        COOKIE("weft cookie");

        private final String label;

        Purpose(String label) {
            this.label = label;
        }
    }

    private final long[] days;
    private final byte[][] secrets;

    /** Takes both arrays over. */
    private FleetSecret(long[] days, byte[][] secrets) {
        this.days = days;
        this.secrets = secrets;
    }

    /** The day of a wall clock's nanoseconds since 1970. */
    public static long day(long unixNanos) {
        return Math.floorDiv(unixNanos, NANOS_A_DAY);
    }

    /**
     * A first secret.
     *
     * @param secret copied
     * @throws IllegalArgumentException for a secret that {@link #and} would refuse
     */
    public static FleetSecret of(long fromDay, byte[] secret) {
        return new FleetSecret(new long[0], new byte[0][]).and(fromDay, secret);
    }

    /**
     * These secrets and a later one.
     *
     * @param secret copied
     * @throws IllegalArgumentException unless it has {@value #SIZE} bytes that are not all zero, comes after all others, is no
     *     later than {@link #MAX_DAY}, and there are fewer than {@value #MAX_SECRETS}
     */
    public FleetSecret and(long fromDay, byte[] secret) {
        if (secret.length != SIZE) {
            throw new IllegalArgumentException("a secret has " + SIZE + " bytes, not " + secret.length);
        }
        if (isZero(secret)) {
            throw new IllegalArgumentException("a secret is random, and this one is all zeros");
        }
        if (fromDay < 0 || fromDay > MAX_DAY) {
            throw new IllegalArgumentException("a day is from 0 to " + MAX_DAY + ": " + fromDay);
        }
        if (days.length > 0 && fromDay <= days[days.length - 1]) {
            throw new IllegalArgumentException(
                    "a secret comes after the one before, that of day " + days[days.length - 1] + ": " + fromDay);
        }
        if (days.length == MAX_SECRETS) {
            throw new IllegalArgumentException("there are more than " + MAX_SECRETS + " secrets; strike the old ones");
        }
        byte[][] all = copies(0, days.length + 1);
        all[days.length] = secret.clone();
        long[] allDays = Arrays.copyOf(days, all.length);
        allDays[days.length] = fromDay;
        return new FleetSecret(allDays, all);
    }

    /** Without the secrets that were over before this day. */
    public FleetSecret since(long day) {
        int first = indexOf(day);
        return new FleetSecret(Arrays.copyOfRange(days, first, days.length), copies(first, days.length));
    }

    private byte[][] copies(int from, int to) {
        byte[][] copies = new byte[to - from][];
        for (int i = from; i < Math.min(to, secrets.length); i++) {
            copies[i - from] = secrets[i].clone();
        }
        return copies;
    }

    /**
     * A key for a purpose, from the secret that is in force on a day.
     *
     * @return {@value Prf#SIZE} bytes, the caller's to zero
     */
    public byte[] derive(Purpose purpose, long day, long n, Prf prf) {
        return prf.derive(secrets[indexOf(day)], purpose.label, n);
    }

    /** Whether one secret is in force on both days. */
    public boolean isSame(long day, long other) {
        return indexOf(day) == indexOf(other);
    }

    /** Whether these have the same secret in force on a day as those. */
    public boolean agrees(FleetSecret others, long day) {
        byte[] ours = secrets[indexOf(day)];
        byte[] theirs = others.secrets[others.indexOf(day)];
        int different = 0;
        for (int i = 0; i < SIZE; i++) {
            different |= ours[i] ^ theirs[i];
        }
        return different == 0;
    }

    /** Which one is in force; the first one also was before its day, so that a new fleet has keys for yesterday. */
    private int indexOf(long day) {
        int index = days.length - 1;
        while (index > 0 && days[index] > day) {
            index--;
        }
        return index;
    }

    int count() {
        return days.length;
    }

    long fromDay(int index) {
        return days[index];
    }

    /** Not a copy. */
    byte[] secret(int index) {
        return secrets[index];
    }

    private static boolean isZero(byte[] bytes) {
        int or = 0;
        for (byte b : bytes) {
            or |= b;
        }
        return or == 0;
    }

    @Override
    public void close() {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Not the secrets. */
    @Override
    public String toString() {
        return "FleetSecret from days " + Arrays.toString(days);
    }
}
