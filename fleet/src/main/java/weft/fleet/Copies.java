package weft.fleet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of our sessions, and their copies with other edges. A copy is with the record's <i>keeper</i>, the first living
 * owner of the client's bucket besides us. It is made again when that changes, and sent until it is acknowledged.
 */
final class Copies {
    private static final int NO_KEEPER = -1;

    static final class Copy {
        SessionRecord record;
        /** The number of the edge that we have asked to take the session over. */
        int heir = Holders.NOBODY;

        /** Its number: places are others' when the roster has changed. */
        private int keeper = Holders.NOBODY;

        /** Who kept it before, until the keeper has acknowledged: what is left there would be taken for the truth one day. */
        private int former = Holders.NOBODY;

        private boolean acknowledged;
        private long sentAt;

        private Copy(SessionRecord record) {
            this.record = record;
        }
    }

    /** A copy that was sent then, and perhaps not acknowledged. */
    private record Sent(StaticKey device, long at) {}

    private final Consumer<Custody.Act> act;
    private final Map<StaticKey, Copy> ours = new HashMap<>();
    private final Deque<StaticKey> unsent = new ArrayDeque<>();
    private final Deque<Sent> sent = new ArrayDeque<>();

    Copies(Consumer<Custody.Act> act) {
        this.act = act;
    }

    @Nullable
    Copy get(StaticKey device) {
        return ours.get(device);
    }

    boolean has(StaticKey device) {
        return ours.containsKey(device);
    }

    int size() {
        return ours.size();
    }

    void forEach(ObjIntConsumer<StaticKey> each) {
        ours.forEach((device, mine) -> each.accept(device, mine.record.device().clientId()));
    }

    /** Whether one of the devices is there. */
    boolean isWith(long high, long low, int port) {
        for (Copy mine : ours.values()) {
            SessionRecord.Endpoint at = mine.record.endpoint();
            if (at.low() == low && at.high() == high && at.port() == port) {
                return true;
            }
        }
        return false;
    }

    /** A record that is new or has changed; on its way to its keeper. */
    Copy put(SessionRecord record, CityView view, long now) {
        Copy mine = ours.computeIfAbsent(record.device().key(), added -> new Copy(record));
        mine.record = record;
        mine.acknowledged = false;
        send(mine, view, now);
        return mine;
    }

    /** The record is the caller's to close. */
    @Nullable
    Copy remove(StaticKey device) {
        return ours.remove(device);
    }

    /** Nobody need keep it any more. */
    void gone(Copy mine, CityView view) {
        gone(mine, mine.keeper, view);
        gone(mine, mine.former, view);
    }

    private void gone(Copy mine, int keeper, CityView view) {
        int place = view.place(keeper);
        if (view.isAlive(place)) {
            StaticKey device = mine.record.device().key();
            act.accept(new Custody.Act.Tell(place, new MeshMessage.RecordGone(device, mine.record.version())));
        }
    }

    private void send(Copy mine, CityView view, long now) {
        int keeper = view.keeper(mine.record.device().clientId(), view.self());
        keptBy(mine, number(keeper, view), view);
        mine.sentAt = now;
        if (keeper == NO_KEEPER) {
            mine.acknowledged = true;
        } else {
            act.accept(new Custody.Act.Tell(keeper, new MeshMessage.RecordCopy(mine.record)));
            sent.addLast(new Sent(mine.record.device().key(), now));
        }
    }

    private static int number(int keeper, CityView view) {
        return keeper == NO_KEEPER ? Holders.NOBODY : view.number(keeper);
    }

    private void keptBy(Copy mine, int keeper, CityView view) {
        if (keeper == mine.keeper) {
            return;
        }
        if (mine.former == Holders.NOBODY) {
            mine.former = mine.keeper;
        } else {
            gone(mine, mine.keeper, view);
        }
        mine.keeper = keeper;
    }

    void acknowledged(StaticKey device, Version version, CityView view) {
        Copy mine = ours.get(device);
        if (mine != null && mine.record.version().equals(version)) {
            mine.acknowledged = true;
            if (mine.former != mine.keeper) {
                gone(mine, mine.former, view);
            }
            mine.former = Holders.NOBODY;
        }
    }

    /** It shall be sent again, by one of the next calls of {@link #tick}. */
    void resend(StaticKey device) {
        unsent.add(device);
    }

    /** What an edge kept for us is lost. */
    void died(int member) {
        ours.forEach((device, mine) -> {
            if (mine.keeper == member) {
                unsent.add(device);
            }
        });
    }

    /** The table or the living have changed: copies may have to be elsewhere. */
    void viewChanged(CityView view) {
        ours.forEach((device, mine) -> {
            int keeper = view.keeper(mine.record.device().clientId(), view.self());
            if (mine.keeper != number(keeper, view)) {
                unsent.add(device);
            }
        });
    }

    void tick(CityView view, long now) {
        for (int i = 0; i < Custody.A_TICK && !unsent.isEmpty(); i++) {
            Copy mine = ours.get(unsent.removeFirst());
            if (mine != null) {
                mine.acknowledged = false;
                send(mine, view, now);
            }
        }
        while (!sent.isEmpty() && now - sent.getFirst().at() >= Custody.RESEND) {
            Sent first = sent.removeFirst();
            Copy mine = ours.get(first.device());
            if (mine != null && !mine.acknowledged && mine.sentAt == first.at()) {
                send(mine, view, now);
            }
        }
    }
}
