package weft.tunnel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import weft.netio.ReceiveBatch;
import weft.netio.TunWriter;
import weft.netio.UdpSocket;
import weft.netio.Waiter;
import weft.wireguard.AllowedIps;
import weft.wireguard.Opener;
import weft.wireguard.Spec;

/**
 * UDP → TUN. Opens transport datagrams straight into the TUN writer's buffer; everything else goes to the control agent.
 * A packet's source must belong to the peer whose key opened it, or the packet is dropped.
 */
final class Inbound implements Agent {
    private static final ValueLayout.OfInt INDEX = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Ticker ticker;
    private final OpenerTable openers;
    private final AllowedIps<Link> allowedIps;
    private final TunWriter tun;
    private final Counters counters;
    private final Waiter waiter = new Waiter();
    private final ReceiveBatch batch = new ReceiveBatch(Tuning.RECEIVE_MESSAGES, Tuning.RECEIVE_BYTES);
    private final Mailbox<Sockets> rebinds = new Mailbox<>(Integer.MAX_VALUE, waiter::wake);
    private final InboundListener control;
    private @Nullable Sockets sockets;

    Inbound(
            Ticker ticker,
            OpenerTable openers,
            AllowedIps<Link> allowedIps,
            TunWriter tun,
            Counters counters,
            InboundListener control)
            throws IOException {
        this.ticker = ticker;
        this.openers = openers;
        this.allowedIps = allowedIps;
        this.tun = tun;
        this.counters = counters;
        this.control = control;
    }

    /** From any thread: receive from these sockets, and close those from before, which nobody sends by any more. */
    void rebind(Sockets replacement) {
        rebinds.put(replacement);
    }

    @Override
    public String name() {
        return "inbound";
    }

    @Override
    public int doWork() throws IOException {
        for (Sockets next = rebinds.poll(); next != null; next = rebinds.poll()) {
            replaceSockets(next);
        }
        if (sockets == null) {
            return 0;
        }
        int work = 0;
        List<UdpSocket> all = sockets.all();
        // No iterator: it would be garbage for each turn.
        for (int s = 0; s < all.size(); s++) {
            UdpSocket socket = all.get(s);
            int messages = socket.receive(batch);
            if (messages > 0) {
                long now = ticker.now();
                for (int i = 0; i < messages; i++) {
                    message(i, now);
                }
                work += messages;
            }
        }
        tun.flush();
        return work;
    }

    private void replaceSockets(Sockets next) throws IOException {
        if (sockets != null) {
            for (UdpSocket socket : sockets.all()) {
                waiter.remove(socket.fd());
            }
            sockets.close();
        }
        for (UdpSocket socket : next.all()) {
            waiter.add(socket.fd());
        }
        sockets = next;
    }

    /** One message: a datagram, or several of one sender that the kernel has put together. */
    private void message(int i, long now) throws IOException {
        long at = batch.at(i);
        int left = batch.length(i);
        int segment = Math.max(1, batch.segmentSize(i));
        while (left > 0) {
            int length = Math.min(segment, left);
            datagram(i, at, length, now);
            at += length;
            left -= length;
        }
    }

    private void datagram(int i, long at, int length, long now) throws IOException {
        MemorySegment buffer = batch.buffer();
        if (buffer.get(ValueLayout.JAVA_BYTE, at) != Spec.TRANSPORT) {
            control.handshake(buffer.asSlice(at, length), new Remote(batch.path(i)));
        } else if (length < Spec.TRANSPORT_OVERHEAD) {
            counters.drop(Drop.MALFORMED);
        } else {
            OpenerTable.Entry entry = openers.get(buffer.get(INDEX, at + 4));
            if (entry == null) {
                counters.drop(Drop.UNKNOWN_INDEX);
            } else {
                transport(entry, i, at, length, now);
            }
        }
    }

    private void transport(OpenerTable.Entry entry, int i, long at, int length, long now) throws IOException {
        Opener opener = entry.opener();
        long place = tun.reserve(length - Spec.TRANSPORT_OVERHEAD);
        int opened = opener.open(batch.buffer(), at, length, tun.buffer(), place, now);
        if (opened < 0) {
            tun.cancel();
            counters.drop(refusal(opened));
            return;
        }
        roam(entry.link(), i);
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

    private void roam(Link link, int i) {
        Remote known = link.remote();
        if (known == null || !batch.from(i, known.path())) {
            Remote moved = new Remote(batch.path(i));
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
        if (rebinds.isEmpty()) {
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
