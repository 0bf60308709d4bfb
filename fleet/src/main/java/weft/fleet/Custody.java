package weft.fleet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of sessions: of ours, so that each has a copy with the edge that would take it over, and of the others', kept
 * for the day that their holder dies. A state machine: what is to be done comes out as {@link Act}s.
 *
 * <p>A copy is with the first living owner of the client's bucket besides the holder, its <i>keeper</i>. As that changes with
 * every table and every death, copies are made again when it does; as datagrams get lost, until they are acknowledged. When
 * a holder dies, its keepers take its sessions over at once, without waiting for a packet: a device in the middle of a
 * download is silent. How many at a time is bounded.
 *
 * <p>Two edges that both believe to hold a session are told apart by the record's version; the one with the earlier one lets
 * go. One thread's, but for {@link Holders}, which it alone writes.
 */
public final class Custody {
    /** Copies sent anew, and sessions taken over, in one {@link #tick}. */
    static final int A_TICK = 128;

    /** A copy that is not acknowledged is sent again after this, in nanoseconds. */
    static final long RESEND = 200_000_000L;

    /** Records of other edges' sessions that are kept at most. */
    static final int MOST_KEPT = 1 << 20;

    /**
     * We let go of a session this long after another edge has it, in nanoseconds: meanwhile we seal what is still under way
     * to the device through us, such as the answer to what it sent last.
     */
    static final long LINGER = 1_000_000_000L;

    private static final int NO_KEEPER = -1;

    /** What is to be done. */
    public sealed interface Act {
        /** @param to an edge's place */
        record Tell(int to, MeshMessage message) implements Act {}

        /** Begin a handshake with this device. */
        record TakeOver(SessionRecord record) implements Act {}

        /** Another edge has had the session for a while: nothing goes to the device from us any more. */
        record LetGo(StaticKey device) implements Act {}
    }

    /** A session that another edge has since. */
    private record Left(StaticKey device, long since) {}

    private final int self;
    private final Holders holders;
    private final Holders awaited;
    private final Consumer<Act> act;
    private final Copies ours;
    private final Map<StaticKey, SessionRecord> kept = new HashMap<>();
    private final Orphans orphans = new Orphans();
    private final Deque<Left> leaving = new ArrayDeque<>();

    /**
     * @param self our number
     * @param awaited whose sessions are being handed to us: their holder has them still, but their handshakes are ours
     */
    public Custody(int self, Holders holders, Holders awaited, Consumer<Act> act) {
        this.self = self;
        this.holders = holders;
        this.awaited = awaited;
        this.act = act;
        ours = new Copies(act);
    }

    /** The version that a new record of this device shall have. */
    public Version next(StaticKey device, boolean handshake, long unixNanos) {
        Copies.Copy mine = ours.get(device);
        SessionRecord known = mine == null ? kept.get(device) : mine.record;
        if (known == null) {
            return Version.first(unixNanos);
        }
        return handshake
                ? known.version().handshake(unixNanos)
                : known.version().changed();
    }

    /**
     * We have a session with this device, a new one or one that has changed.
     *
     * @return whether it was another edge's
     */
    public boolean holds(SessionRecord record, CityView view, long now) {
        StaticKey device = record.device().key();
        SessionRecord before = kept.remove(device);
        if (before != null) {
            int place = view.place(before.holder());
            if (before.holder() != self && view.isAlive(place)) {
                act.accept(new Act.Tell(place, new MeshMessage.Taken(device, self, record.version())));
            }
            before.close();
        }
        awaited.put(record.device().clientId(), Holders.NOBODY);
        holders.put(record.device().clientId(), self);
        Copies.Copy mine = ours.put(record, view, now);
        if (view.isAlive(view.place(mine.heir))) {
            promise(mine, view);
        }
        return before != null && before.holder() != self;
    }

    /** The session is over, and nobody else has it. */
    public void ended(StaticKey device, CityView view) {
        Copies.Copy mine = ours.remove(device);
        if (mine != null) {
            holders.put(mine.record.device().clientId(), Holders.NOBODY);
            ours.gone(mine, view);
            mine.record.close();
        }
    }

    /**
     * Asks another edge to take a session of ours over. We keep it until that edge says that it has, but the device's
     * handshakes, such as the response to that edge's initiation, are that edge's from now on.
     *
     * @param nth see {@link CityView#heir}
     * @param takes whether the edge of a place takes clients
     * @return whether there is such an edge
     */
    boolean handOver(StaticKey device, int nth, CityView view, IntPredicate takes) {
        Copies.Copy mine = ours.get(device);
        int heir = mine == null ? -1 : view.heir(mine.record.device().clientId(), nth);
        if (mine == null || heir < 0 || !takes.test(heir)) {
            return false;
        }
        mine.heir = view.number(heir);
        promise(mine, view);
        return true;
    }

    private void promise(Copies.Copy mine, CityView view) {
        holders.put(mine.record.device().clientId(), mine.heir);
        act.accept(new Act.Tell(view.place(mine.heir), new MeshMessage.HandOver(mine.record)));
    }

    /** A session of ours is not to be handed over after all. */
    void keep(StaticKey device) {
        Copies.Copy mine = ours.get(device);
        if (mine != null && mine.heir != Holders.NOBODY) {
            mine.heir = Holders.NOBODY;
            holders.put(mine.record.device().clientId(), self);
            ours.resend(device);
        }
    }

    /** Who the sessions of ours are with, and each one's client id. */
    void forEachHeld(ObjIntConsumer<StaticKey> each) {
        ours.forEach(each);
    }

    /** Whether we hold its session. */
    public boolean has(StaticKey device) {
        return ours.has(device);
    }

    /** Whether we hold a session with a device that is there, at an address as in {@link Forward}; looks at all of ours. */
    public boolean isWith(long high, long low, int port) {
        return ours.isWith(high, low, port);
    }

    /** A message of another edge about records. */
    public void hear(MeshMessage message, int from, CityView view, long now) {
        switch (message) {
            case MeshMessage.RecordCopy(SessionRecord record) -> copied(record, from, view, now);
            case MeshMessage.RecordAck(StaticKey device, Version version) -> ours.acknowledged(device, version, view);
            case MeshMessage.RecordGone(StaticKey device, Version version) -> {
                SessionRecord known = kept.get(device);
                if (known != null && known.version().compareTo(version) <= 0) {
                    forget(device);
                }
            }
            case MeshMessage.Taken(StaticKey device, int holder, Version version) -> {
                Copies.Copy mine = ours.get(device);
                if (mine != null && holder != self && mine.record.version().compareTo(version) < 0) {
                    letGo(device, mine, holder, now);
                }
            }
            case MeshMessage.Moved moved -> movedAway(moved.device(), moved.version(), view, now);
            case MeshMessage.Offer offer -> offer.record().close(); // from one city to another only, see Moves
            case MeshMessage.HandOver(SessionRecord record) -> handed(record, from, view, now);
            case MeshMessage.Heartbeat heartbeat -> {}
            case MeshMessage.Figures figures -> {}
            case MeshMessage.IcmpError error -> {}
        }
    }

    /** @return whether it is kept */
    private boolean copied(SessionRecord record, int from, CityView view, long now) {
        StaticKey device = record.device().key();
        Copies.Copy mine = ours.get(device);
        if (mine != null && record.holder() != self) {
            if (!record.isAfter(mine.record)) {
                act.accept(new Act.Tell(view.place(from), new MeshMessage.Taken(device, self, mine.record.version())));
                record.close();
                return false;
            }
            letGo(device, mine, record.holder(), now);
        }
        SessionRecord known = kept.get(device);
        boolean keeps = known == null ? kept.size() < MOST_KEPT : !known.isAfter(record);
        if (keeps) {
            kept.put(device, record);
            awaited.put(record.device().clientId(), Holders.NOBODY);
            holders.put(record.device().clientId(), record.holder());
            if (!view.isAlive(view.place(record.holder()))) {
                orphans.add(record, now);
            }
        }
        answer(record, from, keeps ? record : known, view);
        return keeps;
    }

    /**
     * A holder that was cut off for a while has missed who took over, and nobody else would tell it. But where that one is dead
     * it shall go on: it gets no answer, and so asks again until somebody who lives has the session.
     */
    private void answer(SessionRecord record, int from, @Nullable SessionRecord latest, CityView view) {
        StaticKey device = record.device().key();
        int place = view.place(from);
        if (latest == null || latest.holder() == record.holder()) {
            act.accept(new Act.Tell(place, new MeshMessage.RecordAck(device, record.version())));
        } else if (view.isAlive(view.place(latest.holder()))) {
            act.accept(new Act.Tell(place, new MeshMessage.RecordAck(device, record.version())));
            act.accept(new Act.Tell(place, new MeshMessage.Taken(device, latest.holder(), latest.version())));
        }
    }

    /** A city that the device has come from gives its session to us: it is to be taken over at once. */
    void offered(SessionRecord record) {
        StaticKey device = record.device().key();
        Copies.Copy mine = ours.remove(device);
        if (mine != null) {
            holders.put(mine.record.device().clientId(), Holders.NOBODY);
            mine.record.close();
            act.accept(new Act.LetGo(device));
        }
        SessionRecord known = kept.put(device, record);
        if (known != null) {
            known.close();
        }
        takeOver(record);
    }

    private void takeOver(SessionRecord record) {
        StaticKey device = record.device().key();
        leaving.removeIf(former -> former.device().equals(device));
        act.accept(new Act.TakeOver(record));
    }

    /** Nothing came of it: forget the record. */
    void withdrawn(StaticKey device, CityView view) {
        SessionRecord known = kept.get(device);
        if (known != null && view.place(known.holder()) < 0) {
            forget(device);
        }
    }

    /** The session lives in another city. So nobody here shall keep its record either. */
    private void movedAway(StaticKey device, Version version, CityView view, long now) {
        Copies.Copy mine = ours.get(device);
        if (mine != null && mine.record.version().compareTo(version) < 0) {
            ours.gone(mine, view);
            letGo(device, mine, Holders.NOBODY, now);
        }
        SessionRecord known = kept.get(device);
        if (known != null && known.version().compareTo(version) < 0) {
            forget(device);
        }
    }

    private void handed(SessionRecord record, int from, CityView view, long now) {
        if (copied(record, from, view, now)) {
            awaited.put(record.device().clientId(), self);
            takeOver(record);
        }
    }

    private void letGo(StaticKey device, Copies.Copy mine, int holder, long now) {
        ours.remove(device);
        holders.put(mine.record.device().clientId(), holder);
        mine.record.close();
        leaving.addLast(new Left(device, now));
    }

    private void forget(StaticKey device) {
        SessionRecord known = kept.remove(device);
        if (known != null) {
            awaited.put(known.device().clientId(), Holders.NOBODY);
            if (holders.get(known.device().clientId()) == known.holder()) {
                holders.put(known.device().clientId(), Holders.NOBODY);
            }
            known.close();
        }
    }

    /** An edge has died, or has started anew: its sessions are gone, and what it kept for us. */
    public void died(int member, long now) {
        kept.forEach((device, record) -> {
            if (record.holder() == member) {
                orphans.add(record, now);
            }
        });
        ours.died(member);
    }

    /** The table or the living have changed: copies may have to be elsewhere. */
    public void viewChanged(CityView view) {
        ours.viewChanged(view);
    }

    /**
     * Does a bounded part of what is to be done.
     *
     * @param mayTakeOver see {@link Neighbours#mayTakeOver}; if not, orphans wait
     */
    public void tick(CityView view, boolean mayTakeOver, long now) {
        ours.tick(view, now);
        leave(now);
        if (mayTakeOver) {
            takeOver(view, now);
        }
    }

    private void takeOver(CityView view, long now) {
        for (int i = 0; i < A_TICK && orphans.isDue(now); i++) {
            orphans.next(kept).ifPresent(record -> inherit(record, view));
        }
    }

    /** Whoever is the keeper by now takes it over. */
    private void inherit(SessionRecord record, CityView view) {
        int keeper = view.keeper(record.device().clientId(), view.place(record.holder()));
        if (keeper == view.self()) {
            takeOver(record);
        } else if (keeper != NO_KEEPER && !view.isAlive(view.place(record.holder()))) {
            act.accept(new Act.Tell(keeper, new MeshMessage.RecordCopy(record)));
        }
    }

    private void leave(long now) {
        while (!leaving.isEmpty() && now - leaving.getFirst().since() >= LINGER) {
            StaticKey device = leaving.removeFirst().device();
            if (!ours.has(device)) {
                act.accept(new Act.LetGo(device));
            }
        }
    }

    /** Whether we hold its session or keep its record. */
    public boolean knows(StaticKey device) {
        return ours.has(device) || kept.containsKey(device);
    }

    /** Sessions of ours. */
    public int held() {
        return ours.size();
    }

    /** Sessions that others have by now, and of which we seal the last packets. */
    public int leaving() {
        return leaving.size();
    }

    /** Records of others' sessions. */
    public int kept() {
        return kept.size();
    }
}
