package weft.registry;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import weft.api.ChangePoller;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.KeyUses;

/** The directory for an edge in the same process. */
final class LocalDirectory implements DeviceDirectory {
    private final Database database;
    private final Changes changes;
    private final FleetKeys fleetKeys;

    LocalDirectory(Database database, Changes changes, FleetKeys fleetKeys) {
        this.database = database;
        this.changes = changes;
        this.fleetKeys = fleetKeys;
    }

    @Override
    public Optional<Device> byKey(DeviceKey publicKey) {
        return database.read(handle -> Devices.byKey(handle, publicKey.base64()))
                .map(Views::device);
    }

    @Override
    public List<Device> byClientId(int clientId) {
        return database.read(handle -> Devices.byClientId(handle, clientId)).stream()
                .map(Views::device)
                .toList();
    }

    @Override
    public void keyUses(KeyUses uses) {
        fleetKeys.used(uses);
    }

    @Override
    public Watch watch(Consumer<DeviceChange> listener) {
        return ChangePoller.start((run, last) -> changes.since(run, last, ChangePoller.WAIT), listener);
    }

    /** Nothing to close: the database is the registry's. */
    @Override
    public void close() {}
}
