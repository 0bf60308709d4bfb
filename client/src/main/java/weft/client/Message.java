package weft.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import weft.api.ControlProtocol;

/** What the daemon is asked over its control socket. */
final class Message {
    static final ControlProtocol<Request, Status> PROTOCOL =
            new ControlProtocol<>(1, "daemon", Request.class, Status.class);

    private Message() {}

    enum Command {
        /** Starts a connection unless there is one; answers at once. */
        @JsonProperty("connect")
        CONNECT,
        /** Ends the connection and the daemon; answers when everything is as it was before. */
        @JsonProperty("disconnect")
        DISCONNECT,
        @JsonProperty("status")
        STATUS,
        /** Reads the person's settings anew; answers when they hold for all that is begun from now on. */
        @JsonProperty("settings")
        SETTINGS
    }

    record Request(int version, Command command) implements ControlProtocol.Request {
        static Request of(Command command) {
            return new Request(PROTOCOL.version(), command);
        }
    }
}
