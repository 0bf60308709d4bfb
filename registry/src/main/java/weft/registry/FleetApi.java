package weft.registry;

import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import weft.api.ChangePoller;
import weft.api.DeviceKey;
import weft.api.KeyUses;
import weft.api.Problem;

/** What edges ask and tell. Only who holds an edge token may: devices' keys, addresses and client ids are told here. */
final class FleetApi implements HttpService {
    private final LocalDirectory directory;
    private final Changes changes;
    private final TokenFile tokens;

    FleetApi(LocalDirectory directory, Changes changes, TokenFile tokens) {
        this.directory = directory;
        this.changes = changes;
        this.tokens = tokens;
    }

    @Override
    public void routing(HttpRules rules) {
        Routes routes = new Routes(rules);
        routes.at("/fleet/api/devices").on(Method.GET, this::devices);
        routes.at("/fleet/api/changes").on(Method.GET, this::changes);
        routes.at("/fleet/api/key-uses").on(Method.POST, this::keyUses);
    }

    /** Keys and ids are in the query: a path ends in more logs than a query does. */
    private void devices(ServerRequest request, ServerResponse response) {
        authenticate(request);
        Optional<String> key = request.query().first("key").asOptional();
        Optional<String> clientId = request.query().first("client_id").asOptional();
        if (key.isPresent() == clientId.isPresent()) {
            throw new Refusal(Problem.MALFORMED, "either key or client_id is expected");
        }
        Exchange.reply(
                response,
                200,
                key.map(text -> directory.byKey(key(text)).stream().toList())
                        .orElseGet(() -> directory.byClientId((int) number(clientId.orElse("")))));
    }

    private void changes(ServerRequest request, ServerResponse response) throws InterruptedException {
        authenticate(request);
        String run = request.query().first("run").orElse("");
        long last = number(request.query().first("last").orElse("0"));
        Exchange.reply(response, 200, changes.since(run, last, ChangePoller.WAIT));
    }

    private void keyUses(ServerRequest request, ServerResponse response) {
        authenticate(request);
        directory.keyUses(Exchange.body(request, KeyUses.class));
        response.status(204).send();
    }

    private void authenticate(ServerRequest request) {
        if (Exchange.bearer(request).filter(tokens::accepts).isEmpty()) {
            throw new Refusal(
                    Problem.UNAUTHORIZED, "an edge token is needed: the registry keeps it in its edge token file");
        }
    }

    private static DeviceKey key(String text) {
        try {
            return DeviceKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Problem.MALFORMED, "key: not the base64 of 32 bytes");
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Refusal(Problem.MALFORMED, "a number is expected");
        }
    }
}
