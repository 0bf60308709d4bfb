package weft.edge;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is counted of datagrams between edges. */
public enum FleetCount {
    /** Clients' datagrams that we passed on as the first edge they came to. */
    @JsonProperty("forwarded")
    FORWARDED,
    /** The same, passed to us and passed on. */
    @JsonProperty("passed_on")
    PASSED_ON,
    /** Passed to us by another edge. */
    @JsonProperty("received")
    RECEIVED,
    /** From clients themselves. */
    @JsonProperty("arrived")
    ARRIVED,
    /** Sessions that we went on with when their holder died or gave them to us. */
    @JsonProperty("taken_over")
    TAKEN_OVER,
    /** Clients' datagrams for sessions that nobody here has, passed to other cities. */
    @JsonProperty("sent_abroad")
    SENT_ABROAD,
    /** Sessions that we offered to another city, as the device has come there; an offer is repeated until it is taken. */
    @JsonProperty("offered")
    OFFERED,
    /** ICMP errors for the anycast address that came to us and were copied to the other edges. */
    @JsonProperty("icmp_copied")
    ICMP_COPIED,
    /** Such errors that other edges have copied to us. */
    @JsonProperty("icmp_taken")
    ICMP_TAKEN,
    /** Transport data of a session that nobody has. */
    @JsonProperty("orphaned")
    ORPHANED,
    /** Passed to another edge in fragments, since the way there has too small an MTU. */
    @JsonProperty("fragmented")
    FRAGMENTED,
    /** From an address that is no member's. */
    @JsonProperty("not_a_member")
    NOT_A_MEMBER,
    /** No GUE as edges write it, or with lengths that contradict each other. */
    @JsonProperty("malformed")
    MALFORMED,
    @JsonProperty("wrong_tag")
    WRONG_TAG,
    @JsonProperty("hop_limit")
    HOP_LIMIT,
    /** The way to the next edge would not take it. */
    @JsonProperty("unsent")
    UNSENT,
    /** A control message that does not open, or came before. */
    @JsonProperty("forged_control")
    FORGED_CONTROL
}
