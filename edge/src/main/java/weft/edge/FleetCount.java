package weft.edge;

/** What is counted of datagrams between edges. */
public enum FleetCount {
    /** Clients' datagrams that we passed on as the first edge they came to. */
    FORWARDED,
    /** The same, passed to us and passed on. */
    PASSED_ON,
    /** Passed to us by another edge. */
    RECEIVED,
    /** From clients themselves. */
    ARRIVED,
    /** Sessions that we went on with when their holder died or gave them to us. */
    TAKEN_OVER,
    /** Clients' datagrams for sessions that nobody here has, passed to other cities. */
    SENT_ABROAD,
    /** Sessions that we offered to another city, as the device has come there; an offer is repeated until it is taken. */
    OFFERED,
    /** ICMP errors for the anycast address that came to us and were copied to the other edges. */
    ICMP_COPIED,
    /** Such errors that other edges have copied to us. */
    ICMP_TAKEN,
    /** Transport data of a session that nobody has. */
    ORPHANED,
    /** Passed to another edge in fragments, since the way there has too small an MTU. */
    FRAGMENTED,
    /** From an address that is no member's. */
    NOT_A_MEMBER,
    /** No GUE as edges write it, or with lengths that contradict each other. */
    MALFORMED,
    WRONG_TAG,
    HOP_LIMIT,
    /** The way to the next edge would not take it. */
    UNSENT,
    /** A control message that does not open, or came before. */
    FORGED_CONTROL
}
