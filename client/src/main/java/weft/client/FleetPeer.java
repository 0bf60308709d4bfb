package weft.client;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.tunnel.PeerSetup;
import weft.tunnel.PeerState;
import weft.tunnel.Tunnel;
import weft.wireguard.AllowedIp;
import weft.wireguard.PublicKey;

/**
 * The fleet as the tunnel's peer, by the key that this device knows it by. While the fleet goes over to another key there are
 * two: the next one is tried beside the one in use, which carries all packets until the next one has a session. A key that
 * no edge answers to costs nothing but its initiations.
 *
 * <p>The supervisor's, but for {@link #state}.
 */
final class FleetPeer {
    private static final Logger LOG = LoggerFactory.getLogger(FleetPeer.class);
    private static final List<AllowedIp> EVERYTHING = List.of(AllowedIp.parse("0.0.0.0/0"), AllowedIp.parse("::/0"));

    private final Tunnel tunnel;
    private volatile PublicKey key;
    private Optional<PublicKey> next = Optional.empty();
    private int reserved;

    /** @param reserved bytes to stamp, as in {@link PeerSetup#reserved} */
    FleetPeer(Tunnel tunnel, PublicKey key, int reserved) {
        this.tunnel = tunnel;
        this.key = key;
        this.reserved = reserved;
    }

    /** Any thread may ask. */
    Optional<PeerState> state() {
        return tunnel.peer(key);
    }

    /** A peer made anew may send its initiation at once; one that has just sent one waits for REKEY_TIMEOUT. */
    void begin(InetSocketAddress to) {
        giveUp();
        tunnel.remove(key);
        tunnel.put(setup(key, EVERYTHING).withEndpoint(to));
        tunnel.initiate(key);
    }

    void initiate() {
        tunnel.initiate(key);
    }

    void keepalive() {
        tunnel.keepalive(key);
    }

    void endpoint(InetSocketAddress to) {
        tunnel.endpoint(key, to);
        next.ifPresent(other -> tunnel.endpoint(other, to));
    }

    /** Stamps these bytes from now on; a session keeps those that it was made with. */
    void reserved(int bytes) {
        reserved = bytes;
        tunnel.put(setup(key, EVERYTHING));
        next.ifPresent(other -> tunnel.put(setup(other, List.of())));
    }

    private PeerSetup setup(PublicKey of, List<AllowedIp> allowed) {
        return PeerSetup.of(of, allowed).withReserved(reserved);
    }

    /** Devices are told another key: a session by it is tried, if there is one by the key in use; else it takes its place. */
    void goOver(PublicKey told, Optional<InetSocketAddress> to) {
        if (next.filter(told::equals).isPresent()) {
            return;
        }
        giveUp();
        if (told.equals(key)) {
            return;
        }
        LOG.info("the fleet has another key");
        if (state().filter(PeerState::established).isPresent() && to.isPresent()) {
            next = Optional.of(told);
            tunnel.put(setup(told, List.of()).withEndpoint(to.get()));
            tunnel.initiate(told);
        } else {
            tunnel.remove(key);
            key = told;
            to.ifPresent(this::begin);
        }
    }

    private void giveUp() {
        next.ifPresent(tunnel::remove);
        next = Optional.empty();
    }

    /** A session is in use; if it is one by the next key, all packets go by that from now on. */
    void established(PublicKey by) {
        if (next.filter(by::equals).isPresent()) {
            PublicKey former = key;
            tunnel.put(setup(by, EVERYTHING));
            key = by;
            next = Optional.empty();
            tunnel.remove(former);
        }
    }

    /** @return whether that concerns the key in use; an answer to the next one is not waited for any longer */
    boolean unreachable(PublicKey by) {
        if (next.filter(by::equals).isPresent()) {
            giveUp();
        }
        return by.equals(key);
    }
}
