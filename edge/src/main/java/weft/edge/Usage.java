package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.Device;
import weft.fleet.HandOvers;
import weft.fleet.StaticKey;
import weft.netio.Conntrack;
import weft.netio.Prefix;
import weft.tunnel.PeerState;
import weft.tunnel.Tunnel;

/** How our sessions are used, by what the tunnel and the kernel's table of connections say. It waits for both. */
final class Usage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Usage.class);

    private final Tunnel tunnel;
    private final Devices devices;
    private final List<Prefix> inner;
    private final Set<InetAddress> ours;
    private final Optional<Conntrack> connections;

    private Usage(Tunnel tunnel, Devices devices, List<Prefix> inner, Optional<Conntrack> connections) {
        this.tunnel = tunnel;
        this.devices = devices;
        this.inner = inner;
        ours = inner.stream()
                .flatMap(prefix -> Stream.of(EdgeConfig.ownAddress(prefix), EdgeConfig.probeAddress(prefix)))
                .collect(Collectors.toSet());
        this.connections = connections;
    }

    /** In the network namespace of the calling thread. */
    static Usage of(Tunnel tunnel, Devices devices, List<Prefix> inner) {
        Optional<Conntrack> connections = Optional.empty();
        try {
            connections = Optional.of(Conntrack.open());
        } catch (IOException e) {
            LOG.warn("sessions count as in use until a deadline: {}", e.getMessage());
        }
        return new Usage(tunnel, devices, inner, connections);
    }

    /** Open inner flows of devices in all; empty if the kernel does not say. */
    Optional<Integer> flows() {
        return openFlows()
                .map(flows -> flows.entrySet().stream()
                        .filter(flow -> !ours.contains(flow.getKey()))
                        .mapToInt(Map.Entry::getValue)
                        .sum());
    }

    private Optional<Map<InetAddress, Integer>> openFlows() {
        if (connections.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(connections.get().openFlows(inner));
        } catch (IOException e) {
            LOG.warn("sessions count as in use: {}", e.getMessage());
            return Optional.empty();
        } catch (IllegalStateException closed) {
            return Optional.empty();
        }
    }

    /** Of all devices that have a session; none if the kernel does not say what flows there are. */
    Map<StaticKey, HandOvers.Use> uses() {
        Map<StaticKey, HandOvers.Use> uses = new HashMap<>();
        openFlows().ifPresent(flows -> {
            long now = System.nanoTime();
            for (PeerState peer : tunnel.peers()) {
                Optional<Device> device = devices.device(peer.publicKey());
                if (device.isPresent()) {
                    boolean open = flows.containsKey(device.get().inner4())
                            || flows.containsKey(device.get().inner6());
                    long quiet = Math.min(peer.quietNanos(), HandOvers.IDLE);
                    uses.put(new StaticKey(peer.publicKey().bytes()), new HandOvers.Use(now - quiet, open));
                }
            }
        });
        return uses;
    }

    @Override
    public void close() {
        connections.ifPresent(Conntrack::close);
    }
}
