package weft.registry;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import weft.api.InviteRequest;
import weft.api.License;
import weft.api.Problem;
import weft.api.Window;
import weft.registry.Rows.Standing;

/** The admin API, for whoever holds an admin token; on a listener of its own, which is a loopback one by default. */
final class AdminApi implements HttpService {
    private static final String BASE = "/admin/api";
    private static final int MAX_PAGE = 1000;

    private final Administration administration;
    private final TokenFile tokens;
    private final Invitations invitations;

    AdminApi(Administration administration, TokenFile tokens, Invitations invitations) {
        this.administration = administration;
        this.tokens = tokens;
        this.invitations = invitations;
    }

    @Override
    public void routing(HttpRules rules) {
        Routes routes = new Routes(rules);
        routes.at(BASE + "/window")
                .on(Method.GET, admin((request, response) -> Exchange.reply(response, 200, administration.window())))
                .on(Method.PUT, admin(this::open))
                .on(Method.DELETE, admin((request, response) -> Exchange.reply(response, 200, administration.shut())));
        routes.at(BASE + "/invites")
                .on(Method.GET, admin((request, response) -> Exchange.reply(response, 200, administration.invites())))
                .on(Method.POST, admin(this::invite));
        routes.at(BASE + "/invites/{id}").on(Method.DELETE, admin(this::revokeInvite));
        routes.at(BASE + "/licenses").on(Method.POST, admin(this::license));
        routes.at(BASE + "/devices").on(Method.GET, admin(this::devices));
        routes.at(BASE + "/devices/{id}")
                .on(
                        Method.GET,
                        admin((request, response) -> Exchange.reply(response, 200, administration.device(id(request)))))
                .on(Method.DELETE, admin(this::delete));
        routes.at(BASE + "/devices/{id}/approve").on(Method.POST, admin(standing(Standing.ADMITTED)));
        routes.at(BASE + "/devices/{id}/block").on(Method.POST, admin(standing(Standing.BLOCKED)));
    }

    private Handler admin(Handler handler) {
        return (request, response) -> {
            if (Exchange.bearer(request).filter(tokens::accepts).isEmpty()) {
                throw new Refusal(
                        Problem.UNAUTHORIZED,
                        "an admin token is needed: the registry keeps it in its admin token file");
            }
            handler.handle(request, response);
        };
    }

    private void open(ServerRequest request, ServerResponse response) {
        Exchange.reply(
                response,
                200,
                administration.open(Exchange.body(request, Window.Opening.class).seconds()));
    }

    private void invite(ServerRequest request, ServerResponse response) {
        InviteRequest body = Exchange.body(request, InviteRequest.class);
        String token = Tokens.make();
        Exchange.reply(response, 200, administration.invite(body, token, invitations.write(token)));
    }

    private void revokeInvite(ServerRequest request, ServerResponse response) {
        administration.revokeInvite(id(request));
        response.status(204).send();
    }

    private void license(ServerRequest request, ServerResponse response) {
        Exchange.reply(response, 200, administration.license(Exchange.body(request, License.Order.class)));
    }

    private void devices(ServerRequest request, ServerResponse response) {
        String text = request.query().first("text").orElse("");
        String after = request.query().first("after").orElse("");
        Requests.text("text", Optional.of(text));
        Requests.text("after", Optional.of(after));
        int limit = Math.clamp(Exchange.number(request.query().first("limit").orElse("100")), 1, MAX_PAGE);
        Exchange.reply(response, 200, administration.devices(text, after, limit));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        administration.delete(id(request));
        response.status(204).send();
    }

    private Handler standing(Standing standing) {
        return (request, response) -> Exchange.reply(response, 200, administration.set(id(request), standing));
    }

    private static String id(ServerRequest request) {
        return Exchange.id(request, "id");
    }
}
