package weft.api;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Optional;

/**
 * A registered device as an edge needs to know it.
 *
 * @param clientId 24 bits, never 0; up to twelve devices may share one
 * @param enabled whether it may have a session: approved by the admin, and not paused by its owner
 */
public record Device(
        String id,
        DeviceKey publicKey,
        Optional<DeviceKey> presharedKey,
        int clientId,
        Inet4Address inner4,
        Inet6Address inner6,
        AccountType account,
        Optional<String> group,
        boolean enabled) {
    /** Neither keys nor the client id nor addresses: a device may be logged. */
    @Override
    public String toString() {
        return "Device[" + id + "]";
    }
}
