package weft.registry;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import weft.api.Account;
import weft.api.AccountType;
import weft.api.BoundDevice;
import weft.api.DeviceChange;
import weft.api.DeviceKey;
import weft.api.DeviceUpdate;
import weft.api.Problem;
import weft.api.Registration;
import weft.api.RegistrationRequest;
import weft.registry.Rows.AccountRow;
import weft.registry.Rows.DeviceRow;

/** What devices may do. Every public method is one transaction; edges hear of a change once it is committed. The allocator's lock comes first, the change last. */
final class Registrar {
    /** Greatest client id: 24 bits. */
    private static final int CLIENT_IDS = (1 << 24) - 1;

    private final Database database;
    private final Admission admission;
    private final InnerAddresses addresses;
    private final ClientIds clientIds = new ClientIds(CLIENT_IDS, new SecureRandom());
    private final Views views;
    private final ChangeFeed changes;
    private final InstantSource clock;

    Registrar(
            Database database,
            Admission admission,
            InnerAddresses addresses,
            Views views,
            ChangeFeed changes,
            InstantSource clock) {
        this.database = database;
        this.admission = admission;
        this.addresses = addresses;
        this.views = views;
        this.changes = changes;
        this.clock = clock;
    }

    Registration register(RegistrationRequest request, Optional<String> invite) {
        Requests.check(request);
        DeviceKey key = Keys.parse(request.key());
        String token = Tokens.make();
        Registered made = database.write(handle -> {
            InnerAddresses.lock(handle);
            requireFree(handle, key);
            Admission.Ticket ticket = admission.admit(handle, invite);
            AccountRow account = ticket.account()
                    .map(id -> roomOn(handle, id))
                    .orElseGet(
                            () -> Accounts.create(handle, ticket.plan(), Accounts.MAX_DEVICES, false, clock.millis()));
            DeviceRow device = row(handle, request, key, token, ticket, account);
            Devices.insert(handle, device);
            changes.publish(handle, new DeviceChange.Registered(key, device.clientId()));
            return new Registered(device, account);
        });
        return views.registration(made.device(), made.account(), Optional.of(token));
    }

    private record Registered(DeviceRow device, AccountRow account) {}

    private DeviceRow row(
            Handle handle,
            RegistrationRequest request,
            DeviceKey key,
            String token,
            Admission.Ticket ticket,
            AccountRow account) {
        InnerAddresses.Pair inner = addresses.next(handle);
        long now = clock.millis();
        return new DeviceRow(
                UUID.randomUUID().toString(),
                account.id(),
                account.type(),
                Tokens.hash(token),
                key.base64(),
                Optional.empty(),
                clientIds.next(handle),
                inner.v4(),
                inner.v6(),
                request.name().orElse(""),
                request.model().orElse(""),
                request.type().orElse(""),
                request.locale().orElse(""),
                request.tos().orElse(""),
                ticket.group(),
                ticket.standing(),
                true,
                now,
                now);
    }

    private static void requireFree(Handle handle, DeviceKey key) {
        if (Devices.byKey(handle, key.base64()).isPresent()) {
            throw new Refusal(Problem.KEY_IN_USE, "a device with this key is registered already");
        }
    }

    private static AccountRow roomOn(Handle handle, String id) {
        AccountRow account = account(handle, id);
        if (Devices.countByAccount(handle, id) >= account.maxDevices()) {
            throw new Refusal(Problem.BAD_LICENSE, "this account has its " + account.maxDevices() + " devices already");
        }
        return account;
    }

    private static AccountRow account(Handle handle, String id) {
        return Accounts.byId(handle, id).orElseThrow(() -> new Refusal(Problem.NOT_FOUND, "there is no such account"));
    }

    /** @throws Refusal unless the token is that device's; the same for a wrong token and an unknown device */
    DeviceRow authenticate(String id, Optional<String> token) {
        Optional<DeviceRow> device = database.read(handle -> Devices.byId(handle, id));
        String hash = device.map(DeviceRow::tokenHash).orElse("");
        if (token.isEmpty() || !Tokens.matches(token.get(), hash)) {
            throw new Refusal(Problem.UNAUTHORIZED, "no device with this id and this token");
        }
        return device.orElseThrow();
    }

    Registration show(DeviceRow device) {
        return database.read(handle -> view(handle, device.id()));
    }

    private Registration view(Handle handle, String id) {
        DeviceRow device = require(handle, id);
        return views.registration(device, account(handle, device.accountId()), Optional.empty());
    }

    private static DeviceRow require(Handle handle, String id) {
        return Devices.byId(handle, id).orElseThrow(() -> new Refusal(Problem.NOT_FOUND, "there is no such device"));
    }

    Registration update(DeviceRow device, DeviceUpdate update) {
        Requests.check(update);
        Optional<DeviceKey> newKey = update.key().map(Keys::parse);
        return database.write(handle -> {
            InnerAddresses.lock(handle);
            DeviceRow before = require(handle, device.id());
            newKey.filter(key -> !key.base64().equals(before.publicKey())).ifPresent(key -> requireFree(handle, key));
            Devices.change(
                    handle,
                    before,
                    newKey.map(DeviceKey::base64).orElse(before.publicKey()),
                    update.name().orElse(before.name()),
                    update.pausedOrNot().orElse(before.active()),
                    clock.millis());
            publish(handle, before, require(handle, device.id()));
            return view(handle, device.id());
        });
    }

    private void publish(Handle handle, DeviceRow before, DeviceRow after) {
        if (before.publicKey().equals(after.publicKey())) {
            changes.publish(handle, new DeviceChange.Changed(DeviceKey.parse(after.publicKey()), after.clientId()));
        } else {
            changes.publish(handle, new DeviceChange.Deleted(DeviceKey.parse(before.publicKey()), before.clientId()));
            changes.publish(handle, new DeviceChange.Registered(DeviceKey.parse(after.publicKey()), after.clientId()));
        }
    }

    void delete(DeviceRow device) {
        database.write(handle -> {
            InnerAddresses.lock(handle);
            DeviceRow last = require(handle, device.id());
            Devices.delete(handle, last.id());
            Accounts.deleteIfEmpty(handle, last.accountId());
            changes.publish(handle, new DeviceChange.Deleted(DeviceKey.parse(last.publicKey()), last.clientId()));
            return true;
        });
    }

    Account account(DeviceRow device) {
        return database.read(handle -> Views.account(account(handle, device.accountId())));
    }

    /** Moves the device to the account of that license. */
    Account setLicense(DeviceRow device, String license) {
        return database.write(handle -> {
            InnerAddresses.lock(handle);
            AccountRow target = Accounts.byLicense(handle, license)
                    .orElseThrow(() -> new Refusal(Problem.BAD_LICENSE, "there is no such license"));
            DeviceRow before = require(handle, device.id());
            if (!target.id().equals(before.accountId())) {
                roomOn(handle, target.id());
                Devices.moveTo(handle, before, target.id(), clock.millis());
                Accounts.deleteIfEmpty(handle, before.accountId());
            }
            changes.publish(handle, new DeviceChange.Changed(DeviceKey.parse(before.publicKey()), before.clientId()));
            return Views.account(target);
        });
    }

    /** Moves the device to a free account of its own, unless it is alone on one already that nobody else can need. */
    Account dropLicense(DeviceRow device) {
        return database.write(handle -> {
            InnerAddresses.lock(handle);
            DeviceRow before = require(handle, device.id());
            AccountRow account = account(handle, before.accountId());
            if (!account.kept() && Devices.countByAccount(handle, account.id()) == 1) {
                return Views.account(account);
            }
            AccountRow own = Accounts.create(handle, AccountType.FREE, Accounts.MAX_DEVICES, false, clock.millis());
            Devices.moveTo(handle, before, own.id(), clock.millis());
            changes.publish(handle, new DeviceChange.Changed(DeviceKey.parse(before.publicKey()), before.clientId()));
            return Views.account(own);
        });
    }

    List<BoundDevice> devices(String account) {
        return database.read(handle -> Devices.byAccount(handle, account)).stream()
                .map(Views::bound)
                .toList();
    }

    /** Another device of the same account, or itself. */
    DeviceRow sibling(DeviceRow device, String id) {
        return database.read(handle -> Devices.byId(handle, id))
                .filter(other -> other.accountId().equals(device.accountId()))
                .orElseThrow(() -> new Refusal(Problem.NOT_FOUND, "this account has no such device"));
    }
}
