package weft.api;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The registry's admin API, for whoever holds its admin token. Every call blocks, as in {@link RegistryClient}. */
public final class AdminClient implements AutoCloseable {
    private static final String BASE = "/admin/api";

    private final Http http;
    private final String token;

    /**
     * @param certificate PEM file of the registry's own certificate: who holds its key is believed under any name and
     *     address, since admins come in by loopback, and no certificate is for that
     * @throws IOException if that file cannot be read
     */
    public AdminClient(URI registry, String adminToken, Optional<Path> certificate) throws IOException {
        Optional<String> pin = certificate.isPresent() ? Optional.of(Trust.pin(certificate.get())) : Optional.empty();
        this.http = new Http(registry, Optional.empty(), pin);
        this.token = adminToken;
    }

    /** Lets everybody register until then. */
    public Window open(Duration length) throws IOException {
        return call("PUT", "/window")
                .body(new Window.Opening(length.toSeconds()))
                .send(Window.class);
    }

    public Window shut() throws IOException {
        return call("DELETE", "/window").send(Window.class);
    }

    public Window window() throws IOException {
        return call("GET", "/window").send(Window.class);
    }

    /** The reply holds the invite's text. */
    public InviteInfo invite(InviteRequest request) throws IOException {
        return call("POST", "/invites").body(request).send(InviteInfo.class);
    }

    public List<InviteInfo> invites() throws IOException {
        return List.of(call("GET", "/invites").send(InviteInfo[].class));
    }

    public void revokeInvite(String id) throws IOException {
        call("DELETE", "/invites/" + Paths.segment(id)).send();
    }

    /**
     * Devices whose name, group or id begins so, in the order of their ids, at most {@code limit} (1000).
     *
     * @param after the last id of the page before; empty for the first
     */
    public List<AdminDevice> devices(String text, String after, int limit) throws IOException {
        return List.of(call(
                        "GET",
                        "/devices?text=" + Paths.segment(text) + "&after=" + Paths.segment(after) + "&limit=" + limit)
                .send(AdminDevice[].class));
    }

    public AdminDevice device(String id) throws IOException {
        return call("GET", "/devices/" + Paths.segment(id)).send(AdminDevice.class);
    }

    /** Lets a device in that waits or was blocked. */
    public AdminDevice approve(String id) throws IOException {
        return call("POST", "/devices/" + Paths.segment(id) + "/approve").send(AdminDevice.class);
    }

    /** Keeps it registered, but without traffic. */
    public AdminDevice block(String id) throws IOException {
        return call("POST", "/devices/" + Paths.segment(id) + "/block").send(AdminDevice.class);
    }

    public void deleteDevice(String id) throws IOException {
        call("DELETE", "/devices/" + Paths.segment(id)).send();
    }

    /**
     * Which devices do not use the fleet's present key, at most {@code limit} (1000) of them, in the order of their ids.
     *
     * @param after the last id of the page before; empty for the first
     */
    public FleetKeyStatus fleetKey(String after, int limit) throws IOException {
        return call("GET", "/fleet-key?after=" + Paths.segment(after) + "&limit=" + limit)
                .send(FleetKeyStatus.class);
    }

    /** Makes an account without devices. */
    public License license(Optional<AccountType> plan, Optional<Integer> devices) throws IOException {
        return call("POST", "/licenses").body(new License.Order(plan, devices)).send(License.class);
    }

    /**
     * Accounts that an admin made, and plus accounts, in the order of their ids, at most {@code limit} (1000).
     *
     * @param after the last id of the page before; empty for the first
     */
    public List<AdminAccount> accounts(String after, int limit) throws IOException {
        return List.of(call("GET", "/accounts?after=" + Paths.segment(after) + "&limit=" + limit)
                .send(AdminAccount[].class));
    }

    public AdminAccount account(String id) throws IOException {
        return call("GET", account(id, "")).send(AdminAccount.class);
    }

    public AdminAccount updateAccount(String id, AccountUpdate update) throws IOException {
        return call("PATCH", account(id, "")).body(update).send(AdminAccount.class);
    }

    /** The license of an account. */
    public License license(String account) throws IOException {
        return call("GET", account(account, "/license")).send(License.class);
    }

    /** Gives the account a new license; nobody can join by the old one any more, and the devices stay. */
    public License renewLicense(String account) throws IOException {
        return call("POST", account(account, "/license")).send(License.class);
    }

    private static String account(String id, String rest) {
        return "/accounts/" + Paths.segment(id) + rest;
    }

    private Http.Call call(String method, String path) {
        return http.call(method, BASE + path).bearer(token);
    }

    @Override
    public void close() {
        http.close();
    }
}
