package weft.registry;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import weft.api.AccountUpdate;
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
    private final AccountAdministration accounts;
    private final FleetKeys fleetKeys;
    private final TokenFile tokens;
    private final Invitations invitations;

    AdminApi(
            Administration administration,
            AccountAdministration accounts,
            FleetKeys fleetKeys,
            TokenFile tokens,
            Invitations invitations) {
        this.administration = administration;
        this.accounts = accounts;
        this.fleetKeys = fleetKeys;
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
        accounts(routes);
        routes.at(BASE + "/devices").on(Method.GET, admin(this::devices));
        routes.at(BASE + "/devices/{id}")
                .on(
                        Method.GET,
                        admin((request, response) -> Exchange.reply(response, 200, administration.device(id(request)))))
                .on(Method.DELETE, admin(this::delete));
        routes.at(BASE + "/fleet-key").on(Method.GET, admin(this::fleetKey));
        routes.at(BASE + "/devices/{id}/approve").on(Method.POST, admin(standing(Standing.ADMITTED)));
        routes.at(BASE + "/devices/{id}/block").on(Method.POST, admin(standing(Standing.BLOCKED)));
    }

    private void accounts(Routes routes) {
        routes.at(BASE + "/licenses").on(Method.POST, admin(this::license));
        routes.at(BASE + "/accounts").on(Method.GET, admin(this::accounts));
        routes.at(BASE + "/accounts/{id}")
                .on(Method.GET, admin((request, response) -> Exchange.reply(response, 200, accounts.show(id(request)))))
                .on(Method.PATCH, admin(this::updateAccount));
        routes.at(BASE + "/accounts/{id}/license")
                .on(
                        Method.GET,
                        admin((request, response) -> Exchange.reply(response, 200, accounts.license(id(request)))))
                .on(
                        Method.POST,
                        admin((request, response) -> Exchange.reply(response, 200, accounts.renew(id(request)))));
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
        Exchange.reply(response, 200, accounts.create(Exchange.body(request, License.Order.class)));
    }

    private void accounts(ServerRequest request, ServerResponse response) {
        Exchange.reply(response, 200, accounts.list(after(request), limit(request)));
    }

    private void updateAccount(ServerRequest request, ServerResponse response) {
        AccountUpdate update = Exchange.body(request, AccountUpdate.class);
        Exchange.reply(response, 200, accounts.update(id(request), update));
    }

    private void devices(ServerRequest request, ServerResponse response) {
        String text = request.query().first("text").orElse("");
        Requests.text("text", Optional.of(text));
        Exchange.reply(response, 200, administration.devices(text, after(request), limit(request)));
    }

    private void fleetKey(ServerRequest request, ServerResponse response) {
        Exchange.reply(response, 200, fleetKeys.status(after(request), limit(request)));
    }

    private static String after(ServerRequest request) {
        String after = request.query().first("after").orElse("");
        Requests.text("after", Optional.of(after));
        return after;
    }

    private static int limit(ServerRequest request) {
        return Math.clamp(Exchange.number(request.query().first("limit").orElse("100")), 1, MAX_PAGE);
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
