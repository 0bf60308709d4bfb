package weft.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import weft.api.ControlProtocol;

/** What an edge is asked over its control socket. */
final class ControlMessage {
    static final ControlProtocol<Request, FleetStatus> PROTOCOL =
            new ControlProtocol<>(1, "edge", Request.class, FleetStatus.class);

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
    record Request(int version, Command command, Optional<Long> deadlineSeconds) implements ControlProtocol.Request {}
}
