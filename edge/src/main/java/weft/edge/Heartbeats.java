package weft.edge;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.Custody;
import weft.fleet.MeshMessage;
import weft.fleet.Neighbours;

/** Tells the other edges of the city that we live, and finds out which of them do. The city's thread only. */
final class Heartbeats {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final long MOST_CLOCK_DIFFERENCE_MILLIS = 60_000;

    private final Neighbours neighbours;
    private final Custody custody;
    private final DataPath dataPath;
    private final Reports reports;
    private final MeshSender sender;
    private final Runnable changed;
    private final Map<Integer, Long> boots = new HashMap<>();

    /** @param changed publishes what the neighbours amount to by then */
    Heartbeats(
            Neighbours neighbours,
            Custody custody,
            DataPath dataPath,
            Reports reports,
            MeshSender sender,
            Runnable changed) {
        this.neighbours = neighbours;
        this.custody = custody;
        this.dataPath = dataPath;
        this.reports = reports;
        this.sender = sender;
        this.changed = changed;
    }

    void beat(long now) {
        dataPath.beat(now);
        dataPath.state().ifPresent(this::tell);
        List<Integer> lost = neighbours.lost(now);
        if (!lost.isEmpty()) {
            LOG.warn(
                    "{} of {} edges fell silent",
                    lost.size(),
                    neighbours.roster().size() - 1);
            changed.run();
            lost.forEach(member -> custody.died(member, now));
        }
    }

    void goodBye() {
        tell(MeshMessage.State.LEAVING);
    }

    private void tell(MeshMessage.State state) {
        sender.tellAll(new MeshMessage.Heartbeat(
                state, System.currentTimeMillis(), neighbours.view().digest()));
    }

    /** @param boot tells one run of the sender's process from another */
    void heard(int from, long boot, MeshMessage.Heartbeat heard) {
        long ours = System.currentTimeMillis();
        if (Math.abs(heard.unixMillis() - ours) > MOST_CLOCK_DIFFERENCE_MILLIS) {
            return; // recorded long ago, and sent again
        }
        long now = System.nanoTime();
        reports.digest(from, heard.tableDigest());
        Long before = boots.put(from, boot);
        boolean anew = before != null && before != boot;
        boolean leaves = heard.state() == MeshMessage.State.LEAVING;
        boolean drains = heard.state() == MeshMessage.State.DRAINING;
        if (!leaves) {
            dataPath.heard(now);
        }
        if (leaves ? neighbours.leaves(from, now) : neighbours.heard(from, drains, heard.unixMillis(), ours, now)) {
            changed.run();
        }
        if (leaves && neighbours.view().isAlone()) {
            dataPath.alone(now);
        }
        if (anew || leaves) {
            custody.died(from, now);
            custody.viewChanged(neighbours.view());
        }
    }
}
