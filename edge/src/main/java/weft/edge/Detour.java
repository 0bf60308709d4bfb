package weft.edge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import weft.fleet.CityView;
import weft.fleet.Forward;
import weft.fleet.Holders;
import weft.fleet.Router;
import weft.fleet.TagKeys;
import weft.netio.UdpPath;
import weft.tunnel.HandshakeMessage;
import weft.wireguard.Spec;

/**
 * Initiations whose client id is known only once their static key has been opened: those of stock devices, which stamp no
 * bytes, and those with another's bytes. They are passed on after all. The city's thread only.
 */
final class Detour implements AutoCloseable {
    private final Mesh mesh;
    private final int listenPort;
    private final Holders holders;
    private final Holders awaited;
    private final FleetCounters counters;
    private final Router router = new Router();
    private final Forward forward = new Forward();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(Spec.INITIATION_SIZE + Forward.MAX_OVERHEAD);

    Detour(Mesh mesh, int listenPort, Holders holders, Holders awaited, FleetCounters counters) {
        this.mesh = mesh;
        this.listenPort = listenPort;
        this.holders = holders;
        this.awaited = awaited;
        this.counters = counters;
    }

    /**
     * Whether the initiation is for us to answer; if not, it has been passed on.
     *
     * @param clientId the device's own, as the registry has it
     */
    boolean isOurs(int clientId, HandshakeMessage initiation, Routing routing, TagKeys keys) {
        CityView view = routing.view();
        if (holders.get(clientId) == routing.self() || awaited.get(clientId) == routing.self()) {
            return true;
        }
        Router.Way way;
        if (!(initiation.passage() instanceof Hops hops) || hops.clientId() != clientId) {
            way = router.first(forward, view, holders, clientId);
        } else if (hops.isForwarded()) {
            hops.restore(forward);
            way = router.next(forward, view, holders, clientId);
        } else {
            way = Router.Way.TAKE; // the ingress has decided
        }
        if (way == Router.Way.PASS) {
            pass(initiation, routing.path(router.to()), keys);
        }
        return way == Router.Way.TAKE;
    }

    private void pass(HandshakeMessage message, @Nullable UdpPath to, TagKeys keys) {
        UdpPath from = message.from();
        boolean answerable =
                forward.path(from.high(), from.low(), from.port(), from.localHigh(), from.localLow(), listenPort);
        if (to == null || !answerable) {
            counters.add(FleetCount.UNSENT);
            return;
        }
        byte[] bytes = message.bytes();
        int whole = forward.write(MemorySegment.ofArray(bytes), 0, bytes.length, out, 0, keys);
        try {
            mesh.of(to, 0).send(out, 0, whole, to);
            counters.add(FleetCount.FORWARDED);
        } catch (IOException networkTrouble) {
            counters.add(FleetCount.UNSENT);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
