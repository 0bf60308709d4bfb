package weft.wireguard;

/** Constants that the WireGuard whitepaper fixes (sections 5.4, 6.1 and 6.7). Changing one breaks the protocol. */
public final class Spec {
    public static final int INITIATION = 1;
    public static final int RESPONSE = 2;
    public static final int COOKIE_REPLY = 3;
    public static final int TRANSPORT = 4;

    /** Sizes of whole datagrams in bytes. */
    public static final int INITIATION_SIZE = 148;

    public static final int RESPONSE_SIZE = 92;
    public static final int COOKIE_REPLY_SIZE = 64;

    /** Type, reserved bytes, receiver index and counter, ahead of the sealed packet. */
    public static final int TRANSPORT_HEADER_SIZE = 16;

    /** The Poly1305 tag. */
    public static final int TAG_SIZE = 16;

    /** What a transport message adds to a packet, in bytes; also the size of a keepalive. */
    public static final int TRANSPORT_OVERHEAD = TRANSPORT_HEADER_SIZE + TAG_SIZE;

    /** Packets are padded with zeros to a multiple of this many bytes. */
    public static final int PADDING = 16;

    static final int KEY_SIZE = 32;
    static final int HASH_SIZE = 32;
    static final int MAC_SIZE = 16;
    static final int COOKIE_SIZE = 16;
    static final int COOKIE_NONCE_SIZE = 24;
    static final int TIMESTAMP_SIZE = 12;

    private static final long SECOND = 1_000_000_000L;

    /** All times in nanoseconds. */
    public static final long REKEY_AFTER_TIME = 120 * SECOND;

    public static final long REJECT_AFTER_TIME = 180 * SECOND;
    public static final long REKEY_ATTEMPT_TIME = 90 * SECOND;
    public static final long REKEY_TIMEOUT = 5 * SECOND;
    public static final long KEEPALIVE_TIMEOUT = 10 * SECOND;
    public static final long COOKIE_REFRESH_TIME = 120 * SECOND;

    public static final long REKEY_AFTER_MESSAGES = 1L << 60;

    /** Unsigned: 2^64 − 2^13 − 1. */
    public static final long REJECT_AFTER_MESSAGES = -(1L << 13) - 1;

    private Spec() {}
}
