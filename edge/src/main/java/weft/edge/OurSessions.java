package weft.edge;

import org.jspecify.annotations.Nullable;
import weft.fleet.CityView;
import weft.fleet.Custody;
import weft.fleet.Neighbours;
import weft.fleet.SessionRecord;
import weft.fleet.StaticKey;
import weft.fleet.Version;
import weft.tunnel.Tunnel;
import weft.wireguard.PublicKey;

/** The sessions that our tunnel has, on their way into records. The city's thread only, but where it is said otherwise. */
final class OurSessions implements AutoCloseable {
    private static final long NANOS_A_MILLI = 1_000_000L;

    private final int self;
    private final int listenPort;
    private final CityAgent agent;
    private final Neighbours neighbours;
    private final Custody custody;
    private final OtherCities otherCities;
    private final FleetCounters counters;
    private volatile @Nullable Succession succession;

    OurSessions(
            String self,
            int listenPort,
            CityAgent agent,
            Neighbours neighbours,
            Custody custody,
            OtherCities otherCities,
            FleetCounters counters) {
        this.self = CityView.number(self);
        this.listenPort = listenPort;
        this.agent = agent;
        this.neighbours = neighbours;
        this.custody = custody;
        this.otherCities = otherCities;
        this.counters = counters;
    }

    /** Before the first packet. */
    void serve(Tunnel started, Devices itsDevices) {
        succession = new Succession(started, itsDevices);
    }

    /** A device of ours has come to another city; on its inbound agent's thread. */
    void departed(PublicKey key, int asker) {
        Succession known = succession;
        if (known != null) {
            agent.offer(() -> {
                if (custody.has(new StaticKey(key.bytes()))) {
                    known.lookUp(key, ours -> agent.put(() -> offer(ours, asker)));
                }
            });
        }
    }

    private void offer(Succession.Ours ours, int asker) {
        if (custody.has(new StaticKey(ours.device().publicKey().bytes()))) {
            counters.add(FleetCount.OFFERED);
            otherCities.offer(asker, record(ours, false));
        }
    }

    /** One is in use, or its device has moved; on the control agent's thread, which must not wait. */
    void changed(PublicKey key, boolean handshake) {
        Succession known = succession;
        if (known != null) {
            known.lookUp(
                    key,
                    ours -> agent.put(() -> {
                        // A roam that we hear of late may be of a session that another edge has by now.
                        if (handshake || custody.has(new StaticKey(key.bytes()))) {
                            record(ours, handshake);
                        }
                    }));
        }
    }

    private SessionRecord record(Succession.Ours ours, boolean handshake) {
        StaticKey key = new StaticKey(ours.device().publicKey().bytes());
        Version version = custody.next(key, handshake, System.currentTimeMillis() * NANOS_A_MILLI);
        SessionRecord record = Records.of(ours.device(), ours.session(), listenPort, self, version);
        boolean held = custody.has(key);
        boolean known = custody.knows(key);
        if (custody.holds(record, neighbours.view(), System.nanoTime())) {
            counters.add(FleetCount.TAKEN_OVER);
        }
        if (!held) {
            otherCities.began(record, known);
        }
        return record;
    }

    /** The device has no session here any more; from any thread. */
    void ended(PublicKey key) {
        agent.put(() -> custody.ended(new StaticKey(key.bytes()), neighbours.view()));
    }

    void takeOver(SessionRecord record) {
        Succession known = succession;
        if (known != null) {
            known.takeOver(record);
        }
    }

    void letGo(StaticKey device) {
        Succession known = succession;
        if (known != null) {
            known.letGo(device);
        }
    }

    @Override
    public void close() {
        Succession known = succession;
        if (known != null) {
            known.close();
        }
    }
}
