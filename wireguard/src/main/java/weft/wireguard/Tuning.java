package weft.wireguard;

/** Constants that may change without another implementation noticing. Times in nanoseconds. */
final class Tuning {
    /** Spread added to REKEY_TIMEOUT, so that two peers that collided do not collide again (whitepaper, 6.1). */
    static final long MAX_JITTER = 333_000_000L;

    /** Initiations of one peer closer together than this are dropped: 50 a second. */
    static final long INITIATION_SPACING = 20_000_000L;

    /** TAI64N stamps are rounded down to this, so that they are no fine clock for an onlooker. */
    static final long TIMESTAMP_GRAIN = 1L << 24;

    /** Handshake messages within {@link #LOAD_WINDOW} from which on senders must prove their address by a cookie. */
    static final int LOAD_MESSAGES = 500;

    static final long LOAD_WINDOW = 1_000_000_000L;

    /** Sources (IPv4 addresses, IPv6 /64 networks) whose handshakes under load are counted at once. */
    static final int LIMITED_SOURCES = 4096;

    /** Handshake messages of one source under load: a burst, then one for each of these intervals. */
    static final int SOURCE_BURST = 5;

    static final long SOURCE_INTERVAL = 50_000_000L;

    /** Under load, handshake messages of all sources that have proven their addresses: 1024 a second. */
    static final int PROVEN_BURST = 1024;

    static final long PROVEN_INTERVAL = 1_000_000_000L / 1024;

    /**
     * Initiations that one source may send before the {@link HandshakeGate} shuts for it, and 128 a second: wide, as a carrier's
     * NAT is one, but less than {@link #LOAD_MESSAGES}.
     */
    static final int GATE_SOURCE_BURST = 256;

    static final long GATE_SOURCE_INTERVAL = 1_000_000_000L / 128;

    /** The same for one client id, and 4 a second: 12 devices may share one, and each tries once in 5 s. */
    static final int GATE_CLIENT_ID_BURST = 16;

    static final long GATE_CLIENT_ID_INTERVAL = 1_000_000_000L / 4;

    /**
     * The same for all together, and 1024 a second; as many again for those that other edges pass on, for second tries, for
     * second tries of sources and client ids beyond their allowance, and for those that bear a cookie. This and what follows is divided among
     * the threads that receive.
     */
    static final int GATE_BURST = 1024;

    static final long GATE_INTERVAL = 1_000_000_000L / 1024;

    /** Times that the gate looks whether a mac2 is good, and 20 000 a second. */
    static final int GATE_CHECK_BURST = 2000;

    static final long GATE_CHECK_INTERVAL = 1_000_000_000L / 20_000;

    /** Responses of all sources together, and 4096 a second: so many sessions may be taken over. As many that are passed on. */
    static final int GATE_RESPONSE_BURST = 4096;

    static final long GATE_RESPONSE_INTERVAL = 1_000_000_000L / 4096;

    /** Cookie replies of all sources together, and 64 a second. They bear no mac1, so anybody can shut this one. */
    static final int GATE_COOKIE_REPLY_BURST = 64;

    static final long GATE_COOKIE_REPLY_INTERVAL = 1_000_000_000L / 64;

    /** Counters that may arrive late: 128 words of 64 bits. */
    static final int REPLAY_WINDOW = 8192;

    /** Receiver indices from other edges that are kept free for a peer: several sessions of several edges. */
    static final int INHERITED_INDICES = 16;

    /** A record whose stamps lie further ahead of our clock than this is forged or broken. */
    static final long STAMP_AHEAD = 3600 * 1_000_000_000L;

    private Tuning() {}
}
