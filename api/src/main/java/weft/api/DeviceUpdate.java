package weft.api;

import java.util.Optional;

/**
 * Body of {@code PATCH /{v}/reg/{id}} and {@code PATCH /{v}/reg/{id}/account/reg/{other}}: what is absent stays as it
 * is.
 *
 * @param key a new public key, base64
 * @param enabled false pauses the device (older clients say {@code warp_enabled}, or {@code active})
 */
public record DeviceUpdate(
        Optional<String> key,
        Optional<String> name,
        Optional<Boolean> enabled,
        Optional<Boolean> active,
        Optional<Boolean> warpEnabled,
        Optional<String> keyType,
        Optional<String> tunnelType) {
    private static final DeviceUpdate NOTHING = new DeviceUpdate(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public static DeviceUpdate nothing() {
        return NOTHING;
    }

    public DeviceUpdate withKey(DeviceKey newKey) {
        return new DeviceUpdate(Optional.of(newKey.base64()), name, enabled, active, warpEnabled, keyType, tunnelType);
    }

    public DeviceUpdate withName(String newName) {
        return new DeviceUpdate(key, Optional.of(newName), enabled, active, warpEnabled, keyType, tunnelType);
    }

    public DeviceUpdate withEnabled(boolean newEnabled) {
        return new DeviceUpdate(key, name, Optional.of(newEnabled), active, warpEnabled, keyType, tunnelType);
    }

    /** Whichever of the three names the client used; {@code enabled} wins. */
    public Optional<Boolean> pausedOrNot() {
        return enabled.or(() -> active).or(() -> warpEnabled);
    }
}
