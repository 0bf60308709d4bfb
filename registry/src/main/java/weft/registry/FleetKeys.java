package weft.registry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import weft.api.DeviceKey;
import weft.api.FleetKeyStatus;
import weft.api.KeyUses;

/** The fleet's public key that devices are told, and which of them go by another. */
final class FleetKeys {
    private final Database database;
    private final Views views;
    private final InstantSource clock;
    private volatile Told told = new Told("", 0);

    /** @param since in milliseconds since 1970; 0 for a fleet's first key, which nobody knew another one before */
    private record Told(String key, long since) {}

    FleetKeys(Database database, Views views, InstantSource clock) {
        this.database = database;
        this.views = views;
        this.clock = clock;
    }

    /** Tells devices this key. Since when is kept in the database, for this registry's next start and for others'. */
    void tell(DeviceKey key) {
        if (key.base64().equals(told.key())) {
            return;
        }
        told = database.write(handle -> {
            Optional<String> before = Settings.get(handle, Settings.FLEET_KEY);
            if (!before.equals(Optional.of(key.base64()))) {
                Settings.put(handle, Settings.FLEET_KEY, key.base64());
                Settings.put(handle, Settings.FLEET_KEY_SINCE, Long.toString(before.isPresent() ? clock.millis() : 0));
            }
            long since = Settings.get(handle, Settings.FLEET_KEY_SINCE)
                    .map(Long::parseLong)
                    .orElse(0L);
            return new Told(key.base64(), since);
        });
        views.fleetKey(key);
    }

    void used(KeyUses uses) {
        database.write(handle -> {
            KeyUseRows.put(
                    handle,
                    uses.fleetKey().base64(),
                    uses.devices().stream().map(DeviceKey::base64).sorted().toList(),
                    clock.millis());
            return true;
        });
    }

    FleetKeyStatus status(String after, int limit) {
        Told now = told;
        return database.read(handle -> {
            KeyUseRows.Count count = KeyUseRows.count(handle, now.key(), now.since());
            return new FleetKeyStatus(
                    DeviceKey.parse(now.key()),
                    now.since() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(now.since())),
                    count.behind(),
                    count.unseen(),
                    KeyUseRows.list(handle, now.key(), now.since(), after, limit).stream()
                            .map(FleetKeys::view)
                            .toList());
        });
    }

    private static FleetKeyStatus.Behind view(KeyUseRows.Row row) {
        return new FleetKeyStatus.Behind(
                row.id(), row.name(), row.group(), row.seen().map(Instant::ofEpochMilli));
    }
}
