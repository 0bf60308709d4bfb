package weft.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import weft.api.AccountType;
import weft.api.AdminDevice;
import weft.api.DeviceChange;
import weft.api.DeviceKey;
import weft.api.InviteInfo;
import weft.api.InviteRequest;
import weft.api.Problem;
import weft.api.Window;
import weft.registry.Rows.DeviceRow;
import weft.registry.Rows.InviteRow;
import weft.registry.Rows.Standing;

/** What admins may do. Every public method is one transaction; edges hear of a change once it is committed. */
final class Administration {
    private static final long MAX_WINDOW = Duration.ofDays(7).toSeconds();
    private static final long MAX_INVITE = Duration.ofDays(365).toSeconds();
    private static final int MAX_USES = 10_000;

    private final Database database;
    private final Admission admission;
    private final ChangeFeed changes;
    private final InstantSource clock;

    Administration(Database database, Admission admission, ChangeFeed changes, InstantSource clock) {
        this.database = database;
        this.admission = admission;
        this.changes = changes;
        this.clock = clock;
    }

    Window window() {
        return new Window(database.read(admission::openUntil));
    }

    Window open(long seconds) {
        Requests.within("seconds", seconds, MAX_WINDOW);
        long end = clock.millis() + Duration.ofSeconds(seconds).toMillis();
        return setWindow(end);
    }

    Window shut() {
        return setWindow(0);
    }

    private Window setWindow(long end) {
        return database.write(handle -> {
            Settings.put(handle, Settings.OPEN_UNTIL, Long.toString(end));
            return new Window(admission.openUntil(handle));
        });
    }

    InviteInfo invite(InviteRequest request, String token, String text) {
        long seconds = request.seconds().orElse(Duration.ofDays(1).toSeconds());
        int uses = request.uses().orElse(1);
        Requests.within("seconds", seconds, MAX_INVITE);
        Requests.within("uses", uses, MAX_USES);
        Requests.text("group", request.group());
        Requests.text("note", request.note());
        Requests.text("account_id", request.accountId());
        long now = clock.millis();
        InviteRow row = new InviteRow(
                UUID.randomUUID().toString(),
                uses,
                now + Duration.ofSeconds(seconds).toMillis(),
                false,
                request.plan().orElse(AccountType.FREE),
                request.accountId(),
                request.group(),
                request.note().orElse(""),
                now);
        return database.write(handle -> {
            request.accountId().ifPresent(id -> requireAccount(handle, id));
            Invites.insert(handle, row, token);
            return info(row, Optional.of(text));
        });
    }

    private static void requireAccount(Handle handle, String id) {
        if (Accounts.byId(handle, id).isEmpty()) {
            throw new Refusal(Problem.NOT_FOUND, "there is no such account");
        }
    }

    List<InviteInfo> invites() {
        return database.read(Invites::list).stream()
                .map(row -> info(row, Optional.empty()))
                .toList();
    }

    void revokeInvite(String id) {
        if (!database.write(handle -> Invites.revoke(handle, id))) {
            throw new Refusal(Problem.NOT_FOUND, "there is no such invite");
        }
    }

    private static InviteInfo info(InviteRow row, Optional<String> text) {
        return new InviteInfo(
                row.id(),
                row.usesLeft(),
                Instant.ofEpochMilli(row.created()),
                Instant.ofEpochMilli(row.expires()),
                row.revoked(),
                row.plan(),
                row.accountId(),
                row.groupName(),
                row.note(),
                text);
    }

    List<AdminDevice> devices(String text, String after, int limit) {
        return database.read(handle -> Devices.search(handle, text, after, limit)).stream()
                .map(Administration::view)
                .toList();
    }

    AdminDevice device(String id) {
        return view(database.read(handle -> require(handle, id)));
    }

    AdminDevice set(String id, Standing standing) {
        DeviceRow row = database.write(handle -> {
            InnerAddresses.lock(handle);
            Devices.setStanding(handle, require(handle, id).id(), standing, clock.millis());
            DeviceRow device = require(handle, id);
            changes.publish(handle, new DeviceChange.Changed(DeviceKey.parse(device.publicKey()), device.clientId()));
            return device;
        });
        return view(row);
    }

    void delete(String id) {
        database.write(handle -> {
            InnerAddresses.lock(handle);
            DeviceRow device = require(handle, id);
            Devices.delete(handle, id);
            Accounts.deleteIfEmpty(handle, device.accountId());
            changes.publish(handle, new DeviceChange.Deleted(DeviceKey.parse(device.publicKey()), device.clientId()));
            return true;
        });
    }

    private static DeviceRow require(Handle handle, String id) {
        return Devices.byId(handle, id).orElseThrow(() -> new Refusal(Problem.NOT_FOUND, "there is no such device"));
    }

    private static AdminDevice view(DeviceRow row) {
        return new AdminDevice(
                row.id(),
                row.name(),
                row.model(),
                row.type(),
                DeviceKey.parse(row.publicKey()),
                Prefix.address4(row.inner4()).getHostAddress(),
                row.inner6(),
                row.accountId(),
                row.plan(),
                row.groupName(),
                row.standing().name().toLowerCase(Locale.ROOT),
                row.enabled(),
                Instant.ofEpochMilli(row.created()),
                Instant.ofEpochMilli(row.updated()));
    }
}
