package weft.tunnel;

/** Why a packet or datagram went nowhere. */
public enum Drop {
    /** A datagram that is no WireGuard message. */
    MALFORMED,
    /** Transport data with a receiver index that we did not give out, or no longer. */
    UNKNOWN_INDEX,
    REPLAY,
    FORGED,
    EXPIRED,
    /** A genuine packet with a source address that is not its peer's, or that is no IP packet. */
    WRONG_SOURCE,
    /** Off the TUN, to an address that is no peer's. */
    NO_PEER,
    /** Off the TUN, to a peer that cannot be reached. */
    UNREACHABLE,
    /** Too many packets waited for one session. */
    STAGED_OVERFLOW,
    /** A handshake message that was refused, or too many waited. */
    HANDSHAKE,
    /** It came to another shard than its session's, and too many of these waited, or it was longer than 2048 bytes. */
    STRAY,
    /** A handshake message beyond what its source, or all together, may send. */
    FLOOD,
    /** The network would not take it, or not soon enough. */
    SEND
}
