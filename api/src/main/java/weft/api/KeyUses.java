package weft.api;

import java.util.List;

/**
 * Body of {@code POST /fleet/api/key-uses}: devices that have just made a session with one of the fleet's keys.
 *
 * @param fleetKey the fleet's public key that they took the edge by
 * @param devices their own, at most {@value #MOST}
 */
public record KeyUses(DeviceKey fleetKey, List<DeviceKey> devices) {
    /** That fit one request. */
    public static final int MOST = 256;

    public KeyUses {
        devices = List.copyOf(devices);
        if (devices.size() > MOST) {
            throw new IllegalArgumentException("at most " + MOST + " devices are told of at once");
        }
    }
}
