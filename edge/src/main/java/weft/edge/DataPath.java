package weft.edge;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.Health;
import weft.fleet.MeshMessage;
import weft.fleet.Neighbours;

/**
 * Whether packets really pass through this edge, by its {@link Prober}, and what follows for the city. The city's thread only,
 * but where it is said otherwise.
 */
final class DataPath {
    private static final Logger LOG = LoggerFactory.getLogger(DataPath.class);

    /** One good-bye may be lost. */
    private static final int GOOD_BYES = 3;

    private static final long FORGOTTEN = 3_600_000_000_000L;

    private final CityAgent agent;
    private final Neighbours neighbours;
    private final Drain drain;
    private final Health health = new Health();
    private Health.Course course = Health.Course.STAY;
    private int goodByes;
    private boolean probed;
    private long heard = System.nanoTime() - FORGOTTEN;
    private volatile @Nullable Announcement routers;

    DataPath(CityAgent agent, Neighbours neighbours, Drain drain) {
        this.agent = agent;
        this.neighbours = neighbours;
        this.drain = drain;
    }

    /** Before the first packet. */
    void serve(Announcement inFront) {
        routers = inFront;
    }

    /** From any thread. */
    void probed(boolean answered) {
        agent.put(() -> {
            probed = true;
            if (health.probed(answered, System.nanoTime())) {
                if (health.isSick()) {
                    LOG.warn("probes through this edge's own data path fail: what devices send does not arrive"
                            + "\nNext: see that no firewall drops packets from or to the tunnel (`weft doctor`)");
                } else {
                    LOG.info("this edge's data path works again");
                }
            }
        });
    }

    /** Another edge has been heard. */
    void heard(long now) {
        heard = now;
    }

    /** The last of the others that were there has said good-bye: that it is silent means nothing. */
    void alone(long now) {
        heard = now - FORGOTTEN;
    }

    void beat(long now) {
        Health.Course next = health.course(neighbours.view(), drain::serves, heard, now);
        if (next == course) {
            return;
        }
        Health.Course before = course;
        course = next;
        if (before == Health.Course.LEAVE) {
            announce(true);
        }
        switch (next) {
            case STAY -> {}
            case HAND_OVER -> LOG.warn("this edge hands its sessions over until its data path works");
            case LEAVE -> {
                LOG.warn("this edge hears no other one either: it leaves, and they go on with its sessions");
                goodByes = 0;
                announce(false);
            }
        }
        drain.sick(next == Health.Course.HAND_OVER);
    }

    private void announce(boolean back) {
        Announcement inFront = routers;
        if (inFront != null && back) {
            inFront.restore(Announcement.Obstacle.SICK);
        } else if (inFront != null) {
            inFront.withdraw(Announcement.Obstacle.SICK);
        }
    }

    /** What the next heartbeat says of us; empty if there shall be none. */
    Optional<MeshMessage.State> state() {
        if (course == Health.Course.LEAVE) {
            goodByes++;
            return goodByes > GOOD_BYES ? Optional.empty() : Optional.of(MeshMessage.State.LEAVING);
        }
        return Optional.of(drain.isOn() ? MeshMessage.State.DRAINING : MeshMessage.State.SERVING);
    }

    FleetStatus.Health status() {
        if (!probed) {
            return FleetStatus.Health.UNKNOWN;
        }
        return health.isSick() ? FleetStatus.Health.SICK : FleetStatus.Health.WELL;
    }
}
