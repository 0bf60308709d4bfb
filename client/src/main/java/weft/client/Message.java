package weft.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** The control socket's protocol: one request, one reply, each one line of JSON, any number of times. */
final class Message {
    static final int VERSION = 1;

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

    record Request(int version, Command command) {
        static Request of(Command command) {
            return new Request(VERSION, command);
        }
    }

    /** Either a status or an error. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Reply(int version, Optional<Status> status, Optional<String> error) {
        static Reply of(Status status) {
            return new Reply(VERSION, Optional.of(status), Optional.empty());
        }

        static Reply refused(String reason) {
            return new Reply(VERSION, Optional.empty(), Optional.of(reason));
        }
    }
}
