package weft.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far the devices have come that go over to another key of the fleet. Devices that an admin has blocked, or that wait for
 * approval, do not count.
 *
 * @param key the fleet's public key that devices are told
 * @param since when they were told it first; absent for a fleet's first key
 * @param behind devices whose last session that edges told of was by another key
 * @param unseen devices that were registered before, and that no edge has told of: they know another key, too, unless they have
 *     asked for their configuration since
 * @param devices a page of both
 */
public record FleetKeyStatus(DeviceKey key, Optional<Instant> since, long behind, long unseen, List<Behind> devices) {
    public FleetKeyStatus {
        devices = List.copyOf(devices);
    }

    /** @param seen when an edge last told of a session by another key; absent if none has */
    public record Behind(String id, String name, Optional<String> group, Optional<Instant> seen) {}
}
