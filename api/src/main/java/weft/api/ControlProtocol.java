package weft.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a running daemon and the programs that ask it say to each other: one request, one reply, each one line of JSON, any number of
 * times. A reply holds either how it is afterwards or an error.
 *
 * @param version of the requests and of what {@code status} holds
 * @param daemon for people, such as "edge"
 */
public record ControlProtocol<Q extends ControlProtocol.Request, S>(
        int version, String daemon, Class<Q> request, Class<S> status) {
    /** A record, of the version that its writer speaks. */
    public interface Request {
        int version();
    }

    public interface Handler<Q, S> {
        /** @throws IOException whose message is the reply's error */
        S handle(Q request) throws IOException;
    }

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    private record Reply(int version, Optional<JsonNode> status, Optional<String> error) {}

    /** The daemon's side: never throws for what the other side has written. */
    public String reply(String line, Handler<Q, S> handler) {
        Q asked;
        try {
            asked = read(line, request);
        } catch (IllegalArgumentException malformed) {
            return refusal("not a request: " + malformed.getMessage());
        }
        if (asked.version() != version) {
            return refusal("this " + daemon + " speaks version " + version + " of the protocol, not " + asked.version()
                    + "; restart it with the program's present version");
        }
        try {
            JsonNode done = Json.read(Json.write(handler.handle(asked)), JsonNode.class);
            return text(new Reply(version, Optional.of(done), Optional.empty()));
        } catch (IOException | RuntimeException failed) {
            return refusal(Optional.ofNullable(failed.getMessage()).orElse(failed.toString()));
        }
    }

    private String refusal(String reason) {
        return text(new Reply(version, Optional.empty(), Optional.of(reason)));
    }

    /** The other side's. */
    public String write(Q asked) {
        return text(asked);
    }

    /** @throws IOException with the reply's error, or if it makes no sense */
    public S status(String reply) throws IOException {
        try {
            Reply read = read(reply, Reply.class);
            if (read.status().isPresent()) {
                return Json.read(Json.write(read.status().get()), status);
            }
            throw new IOException(read.error().orElse("the " + daemon + " said nothing"));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the " + daemon + "'s answer makes no sense: " + malformed.getMessage(), malformed);
        }
    }

    private static String text(Object value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }

    private static <T> T read(String line, Class<T> type) {
        return Json.read(line.getBytes(StandardCharsets.UTF_8), type);
    }
}
