package weft.edge;

import java.nio.file.Path;

/**
 * What an edge that is one of several is told besides.
 *
 * @param name its own, one of the members'
 * @param secretFile of mode 0600, the same on all edges of the fleet, looked at twice a second: see
 *     {@link weft.fleet.FleetSecret}
 * @param members where it hears who the others are
 * @param controlSocket where {@link EdgeClient}s find it, of mode 0600
 */
public record CityConfig(String name, Path secretFile, MemberSource members, Path controlSocket) {}
