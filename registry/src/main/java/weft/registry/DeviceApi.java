package weft.registry;

import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;
import java.util.regex.Pattern;
import weft.api.ClientConfig;
import weft.api.DeviceUpdate;
import weft.api.LicenseUpdate;
import weft.api.Problem;
import weft.api.RegistrationRequest;
import weft.registry.Rows.DeviceRow;

/**
 * The consumer WARP API, as wgcf, warp-plus and usque call it. Anybody may talk to it; all but registration wants the
 * device's own token. The version in the path is any of the consumer service's. What changes something, and what a wrong
 * token is tried with, is limited per source: every change is told to every edge.
 */
final class DeviceApi implements HttpService {
    private static final Pattern VERSION = Pattern.compile("v0[a-z0-9.-]{0,30}");

    private final Registrar registrar;
    private final SourceLimiter limiter;

    DeviceApi(Registrar registrar, SourceLimiter limiter) {
        this.registrar = registrar;
        this.limiter = limiter;
    }

    @Override
    public void routing(HttpRules rules) {
        Routes routes = new Routes(rules);
        routes.at("/{version}/reg").on(Method.POST, this::register);
        routes.at("/{version}/reg/{id}")
                .on(Method.GET, this::show)
                .on(Method.PATCH, this::update)
                .on(Method.DELETE, this::delete);
        routes.at("/{version}/reg/{id}/account")
                .on(Method.GET, this::account)
                .on(Method.PUT, this::setLicense)
                .on(Method.PATCH, this::setLicense) // warp-plus
                .on(Method.DELETE, this::dropLicense);
        routes.at("/{version}/reg/{id}/account/devices").on(Method.GET, this::devices);
        routes.at("/{version}/reg/{id}/account/reg/{other}")
                .on(Method.PATCH, this::updateOther)
                .on(Method.DELETE, this::deleteOther);
        routes.at("/{version}/client_config").on(Method.GET, this::clientConfig);
    }

    private void register(ServerRequest request, ServerResponse response) {
        version(request);
        limit(request);
        RegistrationRequest body = Exchange.body(request, RegistrationRequest.class);
        Exchange.reply(response, 200, registrar.register(body, Exchange.invite(request)));
    }

    private void show(ServerRequest request, ServerResponse response) {
        Exchange.reply(response, 200, registrar.show(caller(request)));
    }

    private void update(ServerRequest request, ServerResponse response) {
        DeviceRow caller = caller(request);
        limit(request);
        Exchange.reply(response, 200, registrar.update(caller, Exchange.body(request, DeviceUpdate.class)));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        registrar.delete(caller(request));
        response.status(204).send();
    }

    private void account(ServerRequest request, ServerResponse response) {
        Exchange.reply(response, 200, registrar.account(caller(request)));
    }

    private void setLicense(ServerRequest request, ServerResponse response) {
        DeviceRow caller = caller(request);
        limit(request);
        String license = Exchange.body(request, LicenseUpdate.class).license();
        Requests.text("license", Optional.of(license));
        Exchange.reply(response, 200, registrar.setLicense(caller, license));
    }

    private void dropLicense(ServerRequest request, ServerResponse response) {
        DeviceRow caller = caller(request);
        limit(request);
        Exchange.reply(response, 200, registrar.dropLicense(caller));
    }

    private void devices(ServerRequest request, ServerResponse response) {
        Exchange.reply(response, 200, registrar.devices(caller(request).accountId()));
    }

    private void updateOther(ServerRequest request, ServerResponse response) {
        DeviceRow caller = caller(request);
        limit(request);
        DeviceUpdate body = Exchange.body(request, DeviceUpdate.class);
        if (body.key().isPresent()) {
            throw new Refusal(Problem.MALFORMED, "a device's key can only be changed by itself");
        }
        registrar.update(registrar.sibling(caller, Exchange.id(request, "other")), body);
        Exchange.reply(response, 200, registrar.devices(caller.accountId()));
    }

    private void deleteOther(ServerRequest request, ServerResponse response) {
        DeviceRow caller = caller(request);
        registrar.delete(registrar.sibling(caller, Exchange.id(request, "other")));
        Exchange.reply(response, 200, registrar.devices(caller.accountId()));
    }

    private void clientConfig(ServerRequest request, ServerResponse response) {
        version(request);
        Exchange.reply(response, 200, ClientConfig.empty());
    }

    /** The device that asks; a wrong token costs its source a place in the queue. */
    private DeviceRow caller(ServerRequest request) {
        version(request);
        try {
            return registrar.authenticate(Exchange.id(request, "id"), Exchange.bearer(request));
        } catch (Refusal refusal) {
            limit(request);
            throw refusal;
        }
    }

    private void limit(ServerRequest request) {
        if (!limiter.take(Exchange.source(request))) {
            throw new Refusal(Problem.TOO_MANY, "too many requests from your network: wait a minute");
        }
    }

    private static void version(ServerRequest request) {
        if (!VERSION.matcher(request.path().pathParameters().get("version")).matches()) {
            throw new Refusal(Problem.NOT_FOUND, "there is no such version of the API; its names begin with v0");
        }
    }
}
