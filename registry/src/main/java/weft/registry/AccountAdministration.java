package weft.registry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Handle;
import weft.api.AccountType;
import weft.api.AccountUpdate;
import weft.api.AdminAccount;
import weft.api.DeviceChange;
import weft.api.DeviceKey;
import weft.api.License;
import weft.api.Problem;
import weft.registry.Rows.AccountRow;
import weft.registry.Rows.DeviceRow;

/** What admins may do with accounts. Every public method is one transaction, as in {@link Administration}. */
final class AccountAdministration {
    private static final int MAX_DEVICES = 10_000;

    /** An account of more devices is told as a change of everything: the journal keeps only so many. */
    private static final int TOLD_ONE_BY_ONE = 256;

    private final Database database;
    private final ChangeFeed changes;
    private final InstantSource clock;

    AccountAdministration(Database database, ChangeFeed changes, InstantSource clock) {
        this.database = database;
        this.changes = changes;
        this.clock = clock;
    }

    License create(License.Order order) {
        int devices = order.devices().orElse(Accounts.MAX_DEVICES);
        Requests.within("devices", devices, MAX_DEVICES);
        AccountType plan = order.plan().orElse(AccountType.PLUS);
        return view(database.write(handle -> Accounts.create(handle, plan, devices, true, clock.millis())));
    }

    List<AdminAccount> list(String after, int limit) {
        return database.read(handle -> Accounts.notable(handle, after, limit)).stream()
                .map(counted -> view(counted.account(), counted.devices()))
                .toList();
    }

    AdminAccount show(String id) {
        return database.read(handle -> view(handle, require(handle, id)));
    }

    AdminAccount update(String id, AccountUpdate update) {
        update.devices().ifPresent(devices -> Requests.within("devices", devices, MAX_DEVICES));
        return database.write(handle -> {
            InnerAddresses.lock(handle);
            AccountRow before = require(handle, id);
            AccountType plan = update.plan().orElse(before.type());
            Accounts.change(handle, id, plan, update.devices().orElse(before.maxDevices()), clock.millis());
            if (plan != before.type()) {
                publish(handle, id);
            }
            return view(handle, require(handle, id));
        });
    }

    private void publish(Handle handle, String account) {
        List<DeviceRow> devices = Devices.byAccount(handle, account);
        if (devices.size() > TOLD_ONE_BY_ONE) {
            changes.publish(handle, new DeviceChange.Everything());
            return;
        }
        for (DeviceRow device : devices) {
            changes.publish(handle, new DeviceChange.Changed(DeviceKey.parse(device.publicKey()), device.clientId()));
        }
    }

    License license(String id) {
        return view(database.read(handle -> require(handle, id)));
    }

    License renew(String id) {
        return view(database.write(handle -> {
            Accounts.renewLicense(handle, require(handle, id).id(), clock.millis());
            return require(handle, id);
        }));
    }

    private static AccountRow require(Handle handle, String id) {
        return Accounts.byId(handle, id).orElseThrow(() -> new Refusal(Problem.NOT_FOUND, "there is no such account"));
    }

    private static AdminAccount view(Handle handle, AccountRow row) {
        return view(row, Devices.countByAccount(handle, row.id()));
    }

    private static AdminAccount view(AccountRow row, int devices) {
        return new AdminAccount(
                row.id(),
                row.type(),
                devices,
                row.maxDevices(),
                row.kept(),
                Instant.ofEpochMilli(row.created()),
                Instant.ofEpochMilli(row.updated()));
    }

    private static License view(AccountRow row) {
        return new License(row.id(), row.license(), row.type(), row.maxDevices());
    }
}
