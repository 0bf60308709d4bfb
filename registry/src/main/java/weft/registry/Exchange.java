package weft.registry;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import weft.api.ErrorReply;
import weft.api.Json;
import weft.api.Problem;

/** What all APIs do with a request and its reply. */
final class Exchange {
    /** Greatest request body in bytes. */
    static final int MAX_BODY = 16 << 10;

    private static final HeaderName JWT_ASSERTION = HeaderNames.create("CF-Access-Jwt-Assertion");
    private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");
    private static final String BEARER = "Bearer ";
    private static final int MAX_TOKEN = 512;

    private Exchange() {}

    /** @throws Refusal if it is too long, or not such an object */
    static <T> T body(ServerRequest request, Class<T> type) {
        byte[] body;
        try (InputStream in = request.content().inputStream()) {
            body = in.readNBytes(MAX_BODY + 1);
        } catch (IOException e) {
            throw new Refusal(Problem.MALFORMED, "the request's body did not arrive");
        }
        if (body.length > MAX_BODY) {
            throw new Refusal(Problem.TOO_LARGE, "a request's body has at most " + MAX_BODY + " bytes");
        }
        try {
            return Json.read(body, type);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Problem.MALFORMED, "the request's body is wrong: " + e.getMessage());
        }
    }

    static void reply(ServerResponse response, int status, Object value) {
        response.status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(Json.write(value));
    }

    static void refuse(ServerResponse response, Problem problem, String text) {
        if (problem == Problem.UNAUTHORIZED) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        reply(response, problem.status(), ErrorReply.of(problem, text));
    }

    static Optional<String> bearer(ServerRequest request) {
        return request.headers()
                .first(HeaderNames.AUTHORIZATION)
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .filter(token -> token.length() <= MAX_TOKEN);
    }

    /** From either header in which existing clients can send something of their user's. */
    static Optional<String> invite(ServerRequest request) {
        return bearer(request)
                .or(() -> request.headers().first(JWT_ASSERTION).map(String::strip))
                .filter(token -> !token.isEmpty() && token.length() <= MAX_TOKEN);
    }

    /** An id from the path; one that no device can have where it is not even of the right form. */
    static String id(ServerRequest request, String name) {
        String id = request.path().pathParameters().get(name);
        return ID.matcher(id).matches() ? id : "";
    }

    static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Refusal(Problem.MALFORMED, "a number is expected");
        }
    }

    static InetAddress source(ServerRequest request) {
        return ((InetSocketAddress) request.remotePeer().address()).getAddress();
    }
}
