package weft.tunnel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import weft.netio.ReceiveBatch;
import weft.netio.TunWriter;
import weft.netio.UdpArrival;
import weft.netio.UdpSocket;
import weft.netio.Waiter;
import weft.wireguard.AllowedIps;
import weft.wireguard.HandshakeGate;
import weft.wireguard.Opener;
import weft.wireguard.Spec;

/**
 * UDP → TUN. Opens transport datagrams straight into the TUN writer's buffer; everything else goes to the control agent.
 * A packet's source must belong to the peer whose key opened it, or the packet is dropped.
 *
 * <p>There is one for each shard. What came here but is for a session of another shard is passed on to that one.
 */
final class Inbound implements Agent {
    private static final ValueLayout.OfInt INDEX = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Ticker ticker;
    private final OpenerTable openers;
    private final AllowedIps<Link> allowedIps;
    private final TunWriter tun;
    private final Counters counters;
    private final Waiter waiter = new Waiter();
    private final ReceiveBatch batch;
    private final Mailbox<Sockets> rebinds = new Mailbox<>(Integer.MAX_VALUE, waiter::wake);
    private final InboundListener control;
    private final HandshakeGate gate;
    private final Ingress ingress;
    private final List<UdpSocket> fromEdges;
    private final Arrival arrival = new Arrival();
    private final Strays.Shard strays;
    private final int shard;
    private @Nullable Sockets sockets;

    Inbound(
            Ticker ticker,
            OpenerTable openers,
            AllowedIps<Link> allowedIps,
            TunWriter tun,
            Counters counters,
            InboundListener control,
            HandshakeGate gate,
            Ingress ingress,
            Strays allStrays,
            int number)
            throws IOException {
        this.ticker = ticker;
        this.openers = openers;
        this.allowedIps = allowedIps;
        this.tun = tun;
        this.counters = counters;
        this.control = control;
        this.gate = gate;
        this.ingress = ingress;
        strays = allStrays.shard(number, waiter::wake);
        shard = number;
        fromEdges = ingress.sockets();
        batch = new ReceiveBatch(
                fromEdges.isEmpty() ? Tuning.RECEIVE_MESSAGES : Tuning.RECEIVE_MESSAGES_IN_A_FLEET,
                Tuning.RECEIVE_BYTES);
        for (UdpSocket socket : fromEdges) {
            waiter.add(socket.fd());
        }
    }

    /** From any thread: receive from these sockets, and close those from before, which nobody sends by any more. */
    void rebind(Sockets replacement) {
        rebinds.put(replacement);
    }

    @Override
    public String name() {
        return strays.count() == 1 ? "inbound" : "inbound-" + shard;
    }

    @Override
    public int doWork() throws IOException {
        for (Sockets next = rebinds.poll(); next != null; next = rebinds.poll()) {
            replaceSockets(next);
        }
        if (sockets == null) {
            return 0;
        }
        int work = receive(sockets.of(shard), false) + receive(fromEdges, true) + takeStrays();
        strays.flush();
        tun.flush();
        ingress.flush();
        return work;
    }

    private int receive(List<UdpSocket> all, boolean forwarded) throws IOException {
        int work = 0;
        // No iterator: it would be garbage for each turn.
        for (int s = 0; s < all.size(); s++) {
            int messages = all.get(s).receive(batch);
            if (messages > 0) {
                long now = ticker.now();
                for (int i = 0; i < messages; i++) {
                    message(i, forwarded, now);
                }
                work += messages;
            }
        }
        return work;
    }

    private void replaceSockets(Sockets next) throws IOException {
        if (sockets != null) {
            for (UdpSocket socket : sockets.of(shard)) {
                waiter.remove(socket.fd());
            }
            sockets.close(shard);
        }
        for (UdpSocket socket : next.of(shard)) {
            waiter.add(socket.fd());
        }
        sockets = next;
    }

    /** One message: a datagram, or several of one sender that the kernel has put together. */
    private void message(int i, boolean forwarded, long now) throws IOException {
        long at = batch.at(i);
        int left = batch.length(i);
        int segment = Math.max(1, batch.segmentSize(i));
        batch.arrival(i, arrival.path());
        if (!forwarded) {
            ingress.arrived((left + segment - 1) / segment);
        }
        while (left > 0) {
            int length = Math.min(segment, left);
            arrival.set(batch.buffer(), at, length, forwarded);
            if (!forwarded) {
                datagram(now);
            } else if (!passedOn() && ingress.unwrap(arrival)) {
                datagram(now);
                batch.arrival(i, arrival.path());
            }
            at += length;
            left -= length;
        }
    }

    /** As it came: unwrapping is for the thread that opens, whose ingress then knows what was around the datagram. */
    private boolean passedOn() {
        if (strays.count() == 1) {
            return false;
        }
        long index = ingress.receiver(arrival);
        OpenerTable.Entry entry = index < 0 ? null : openers.get((int) index);
        if (entry == null || entry.shard() == shard || !ingress.isFromAnEdge(arrival)) {
            return false;
        }
        strays.pass(arrival, entry.shard());
        return true;
    }

    /** What other shards had for this one; not what comes meanwhile, or the sockets would wait. */
    private int takeStrays() throws IOException {
        int taken = 0;
        for (int other = 0; other < strays.count(); other++) {
            Ring ring = strays.from(other);
            for (int left = ring.size(); left > 0; left--) {
                ring.peek(arrival);
                if (!arrival.forwarded() || ingress.unwrap(arrival)) {
                    datagram(ticker.now());
                }
                ring.release();
                taken++;
            }
        }
        return taken;
    }

    private void datagram(long now) throws IOException {
        if (arrival.buffer().get(ValueLayout.JAVA_BYTE, arrival.at()) != Spec.TRANSPORT) {
            handshake(now);
        } else if (arrival.length() < Spec.TRANSPORT_OVERHEAD) {
            counters.drop(Drop.MALFORMED);
        } else {
            OpenerTable.Entry entry = openers.get(arrival.buffer().get(INDEX, arrival.at() + 4));
            if (entry != null && entry.shard() == shard) {
                transport(entry, now);
            } else if (entry != null && !arrival.forwarded()) {
                strays.pass(arrival, entry.shard());
            } else if (!ingress.transport(arrival)) {
                counters.drop(Drop.UNKNOWN_INDEX);
            }
        }
    }

    private void handshake(long now) throws IOException {
        if (isLetIn(now) && !ingress.handshake(arrival)) {
            MemorySegment message = arrival.buffer().asSlice(arrival.at(), arrival.length());
            control.handshake(message, new Remote(arrival.path().path()), ingress.passage(arrival));
        }
    }

    private boolean isLetIn(long now) {
        UdpArrival from = arrival.path();
        MemorySegment in = arrival.buffer();
        HandshakeGate.Verdict verdict = arrival.forwarded()
                ? gate.passedOn(in, arrival.at(), arrival.length(), from.high(), from.low(), from.port(), now)
                : gate.direct(in, arrival.at(), arrival.length(), from.high(), from.low(), from.port(), now);
        switch (verdict) {
            case PASS -> {
                return true;
            }
            case MALFORMED -> counters.drop(Drop.MALFORMED);
            case WRONG_MAC1 -> counters.drop(Drop.HANDSHAKE);
            case EXCESS -> counters.drop(Drop.FLOOD);
        }
        return false;
    }

    private void transport(OpenerTable.Entry entry, long now) throws IOException {
        Opener opener = entry.opener();
        int length = arrival.length();
        long place = tun.reserve(length - Spec.TRANSPORT_OVERHEAD);
        int opened = opener.open(arrival.buffer(), arrival.at(), length, tun.buffer(), place, now);
        if (opened < 0) {
            tun.cancel();
            counters.drop(refusal(opened));
            return;
        }
        roam(entry.link());
        if (arrival.forwarded()) {
            ingress.opened(arrival, entry.link().peer());
        }
        switch (opener.takeSignal()) {
            case CONFIRMED -> control.confirmed(entry.link(), opener);
            case REKEY -> control.wanted(entry.link());
            case NONE -> {}
        }
        if (opened == 0) {
            tun.cancel();
        } else {
            deliver(entry.link(), place, opened);
        }
    }

    private void deliver(Link link, long place, int opened) throws IOException {
        int length = IpPacket.length(tun.buffer(), place, opened);
        if (length < 0 || allowedIps.source(tun.buffer(), place, length) != link) {
            tun.cancel();
            counters.drop(Drop.WRONG_SOURCE);
        } else {
            tun.commit(length);
        }
    }

    private void roam(Link link) {
        Remote known = link.remote();
        if (known == null || !arrival.path().is(known.path())) {
            Remote moved = new Remote(arrival.path().path());
            link.remote(moved);
            control.roamed(link);
        }
    }

    private static Drop refusal(int opened) {
        return switch (opened) {
            case Opener.REPLAY -> Drop.REPLAY;
            case Opener.EXPIRED -> Drop.EXPIRED;
            default -> Drop.FORGED;
        };
    }

    @Override
    public void await() throws IOException {
        if (rebinds.isEmpty() && strays.isEmpty()) {
            waiter.await(-1);
        }
    }

    @Override
    public void wake() {
        waiter.wake();
    }

    /** The sockets stay open: the other agents may still send by them. */
    @Override
    public void close() {
        waiter.close();
    }

    /** When all agents have ended: closes what this one was told to receive from. */
    void closeSockets() {
        for (Sockets next = rebinds.poll(); next != null; next = rebinds.poll()) {
            next.close();
        }
        if (sockets != null) {
            sockets.close();
        }
    }
}
