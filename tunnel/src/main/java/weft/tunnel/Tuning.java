package weft.tunnel;

/** Sizes and times that no other implementation depends on. */
final class Tuning {
    /** Packets that wait for one peer's session. */
    static final int STAGED_PACKETS = 128;

    /** Handshake messages that wait for the control agent; more are dropped. */
    static final int HANDSHAKES_WAITING = 4096;

    /** A longer datagram is no handshake message: the longest, an initiation, has 148 bytes. */
    static final int HANDSHAKE_BYTES = 256;

    /** Strangers who are looked up at the same time; more are dropped. */
    static final int LOOK_UPS = 1024;

    /** The wish for a session is repeated at most this often, in nanoseconds, while packets wait. */
    static final long ASK_INTERVAL = 1_000_000_000L;

    /** UDP messages taken in one call; with GRO each holds up to 64 KB. */
    static final int RECEIVE_MESSAGES = 32;

    /**
     * The same for an edge that passes datagrams on: what is taken shall still be in the processor's cache when it is copied
     * out. With 32 of them a stream that is passed on took a fifth longer.
     */
    static final int RECEIVE_MESSAGES_IN_A_FLEET = 8;

    static final int RECEIVE_BYTES = 65_536;

    /** Sealed datagrams gathered for one call. */
    static final int SEND_BYTES = 256 * 1024;

    static final int SEND_MESSAGES = 256;

    /** Frames read off the TUN before what is sealed is sent. */
    static final int FRAMES_PER_FLUSH = 64;

    /** Asked of the kernel for each UDP socket, in bytes. */
    static final int SOCKET_BUFFER = 7 << 20;

    private Tuning() {}
}
