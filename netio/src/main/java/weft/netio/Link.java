package weft.netio;

import java.util.Optional;

/**
 * A network interface.
 *
 * @param up whether it is set up (IFF_UP), not whether it has a carrier
 * @param kind what made it, such as {@code veth} or {@code tun}; empty for hardware and the loopback
 */
public record Link(int index, String name, boolean up, int mtu, Optional<String> kind) {}
