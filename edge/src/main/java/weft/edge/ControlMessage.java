package weft.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** The protocol of an edge's control socket: one request, one reply, each one line of JSON, any number of times. */
final class ControlMessage {
    static final int VERSION = 1;

    private ControlMessage() {}

    enum Command {
        @JsonProperty("status")
        STATUS,
        @JsonProperty("drain")
        DRAIN,
        @JsonProperty("undrain")
        UNDRAIN
    }

    /** @param deadlineSeconds from now on; of a drain only */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Request(int version, Command command, Optional<Long> deadlineSeconds) {}

    /** Either a status, as it is after the command, or an error. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Reply(int version, Optional<FleetStatus> status, Optional<String> error) {
        static Reply of(FleetStatus status) {
            return new Reply(VERSION, Optional.of(status), Optional.empty());
        }

        static Reply refused(String reason) {
            return new Reply(VERSION, Optional.empty(), Optional.of(reason));
        }
    }
}
