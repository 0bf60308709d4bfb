package weft.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How it stands with a city, as one of its edges sees it. Nothing in it names a client.
 *
 * @param version of this schema
 * @param edge who says it
 * @param tableDigest of its table, 16 hexadecimal digits
 * @param clockSkewMillis its clock less the city's median
 * @param counts of that edge alone, since its start
 * @param takesOver whether it would begin handshakes for a dead edge: not if its clock is off, or it is cut off itself
 * @param dataPath whether packets really pass through it
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record FleetStatus(
        int version,
        String edge,
        String tableDigest,
        long clockSkewMillis,
        boolean takesOver,
        Health dataPath,
        Drain drain,
        List<Member> edges,
        Map<FleetCount, Long> counts) {
    public static final int VERSION = 1;

    /** What probes through its own data path say. */
    public enum Health {
        @JsonProperty("well")
        WELL,
        @JsonProperty("sick")
        SICK,
        /** There were none (yet). */
        @JsonProperty("unknown")
        UNKNOWN
    }

    /** What it does about its sessions. */
    public enum DrainState {
        @JsonProperty("serving")
        SERVING,
        @JsonProperty("keeping")
        KEEPING,
        @JsonProperty("moving")
        MOVING,
        @JsonProperty("drained")
        DRAINED
    }

    /**
     * The edge's own drain.
     *
     * @param sessions that it has
     * @param flows open ones of these sessions' devices through this edge; absent if the kernel does not say
     * @param secondsLeft until the deadline; absent if it does not drain
     * @param byList whether the list of members wants it
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Drain(
            DrainState state, int sessions, Optional<Integer> flows, Optional<Long> secondsLeft, boolean byList) {}

    /** How an edge seems to be. */
    public enum MemberState {
        @JsonProperty("alive")
        ALIVE,
        @JsonProperty("draining")
        DRAINING,
        /** It is silent, or says good-bye. */
        @JsonProperty("dead")
        DEAD,
        /** Of the one that says all this: it has lost all others at once. */
        @JsonProperty("isolated")
        ISOLATED
    }

    /**
     * An edge of the city.
     *
     * @param share of the buckets that it is the first owner of, 0 to 1
     * @param sameTable whether its table is ours, by its last word; absent if it has said none
     * @param figures what it counts, by its last word; absent if it has said none
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Member(
            String name, MemberState state, double share, Optional<Boolean> sameTable, Optional<Figures> figures) {}

    /**
     * What an edge counts, since its start but for the sessions.
     *
     * @param received clients' datagrams that came to it straight
     * @param secondHopShare of these, how many it passed to another edge, 0 to 1
     * @param takenOver sessions
     */
    public record Figures(long sessions, long received, double secondHopShare, long takenOver) {
        static Figures of(long sessions, long received, long passedOn, long takenOver) {
            return new Figures(sessions, received, received == 0 ? 0 : (double) passedOn / received, takenOver);
        }
    }
}
