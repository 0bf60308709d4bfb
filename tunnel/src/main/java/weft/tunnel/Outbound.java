package weft.tunnel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.SendBatch;
import weft.netio.TunReader;
import weft.netio.UdpSocket;
import weft.netio.Waiter;
import weft.wireguard.AllowedIps;
import weft.wireguard.Sealer;
import weft.wireguard.Spec;

/** TUN → UDP. Seals packets straight into the send batch; packets to a peer without a session wait with its link. */
final class Outbound implements Agent {
    /** What others ask of this agent. */
    sealed interface Command {
        /** There is a session: send what is staged, or else, if that is wanted, a keepalive. */
        record Flush(Link link, boolean keepalive) implements Command {}

        /** Nobody answers: what is staged is dropped. */
        record Discard(Link link) implements Command {}

        /** Send by these sockets from now on; {@code done} runs when the former ones are not used any more. */
        record Rebind(Sockets replacement, Runnable done) implements Command {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);
    private static final int PADDING_BEYOND = Spec.PADDING;

    private final Ticker ticker;
    private final AllowedIps<Link> allowedIps;
    private final TunReader tun;
    private final int mtu;
    private final Counters counters;
    private final OutboundListener control;
    private final Waiter waiter = new Waiter();
    private final Mailbox<Command> commands = new Mailbox<>(Integer.MAX_VALUE, waiter::wake);
    private final SendBatch batch = new SendBatch(Tuning.SEND_BYTES, Tuning.SEND_MESSAGES);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment stagedBuffer = arena.allocate(65_536 + PADDING_BEYOND);
    private @Nullable Sockets sockets;
    private @Nullable UdpSocket batchSocket;

    Outbound(
            Ticker ticker,
            AllowedIps<Link> allowedIps,
            TunReader tun,
            int tunDescriptor,
            int mtu,
            Counters counters,
            OutboundListener control)
            throws IOException {
        this.ticker = ticker;
        this.allowedIps = allowedIps;
        this.tun = tun;
        this.mtu = mtu;
        this.counters = counters;
        this.control = control;
        waiter.add(tunDescriptor);
    }

    /** From any thread. */
    void tell(Command command) {
        commands.put(command);
    }

    @Override
    public String name() {
        return "outbound";
    }

    @Override
    public int doWork() throws IOException {
        int work = 0;
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            execute(command);
            work++;
        }
        for (int frames = 0; frames < Tuning.FRAMES_PER_FLUSH && tun.read(); frames++) {
            long now = ticker.now();
            while (tun.next()) {
                packet(now);
            }
            work++;
        }
        flush();
        return work;
    }

    private void execute(Command command) throws IOException {
        switch (command) {
            case Command.Flush(Link link, boolean keepalive) -> {
                long now = ticker.now();
                if (link.staged().isEmpty() && keepalive) {
                    seal(link, stagedBuffer, 0, 0, now);
                }
                sendStaged(link, now);
            }
            case Command.Discard(Link link) ->
                counters.drop(Drop.UNREACHABLE, link.staged().clear());
            case Command.Rebind(Sockets replacement, Runnable done) -> {
                flush();
                batchSocket = null;
                sockets = replacement;
                done.run();
            }
        }
    }

    private void sendStaged(Link link, long now) throws IOException {
        for (byte[] packet = link.staged().peek();
                packet != null;
                packet = link.staged().peek()) {
            MemorySegment.copy(packet, 0, stagedBuffer, ValueLayout.JAVA_BYTE, 0, packet.length);
            if (!seal(link, stagedBuffer, 0, packet.length, now)) {
                return;
            }
            link.staged().removeFirst();
        }
    }

    private void packet(long now) throws IOException {
        Link link = allowedIps.destination(tun.buffer(), tun.at(), tun.length());
        if (link == null) {
            counters.drop(Drop.NO_PEER);
        } else if (!link.staged().isEmpty() || !seal(link, tun.buffer(), tun.at(), tun.length(), now)) {
            stage(link, now);
        }
    }

    private void stage(Link link, long now) {
        if (!link.staged().add(tun.buffer(), tun.at(), tun.length())) {
            counters.drop(Drop.STAGED_OVERFLOW);
        }
        if (link.mayAsk(now, Tuning.ASK_INTERVAL)) {
            control.wanted(link);
        }
    }

    /** Seals a packet into the batch; false if there is no session to seal with. */
    private boolean seal(Link link, MemorySegment from, long at, int length, long now) throws IOException {
        Sealer sealer = link.sealer();
        Remote remote = link.remote();
        Sockets current = sockets;
        if (sealer == null || remote == null || current == null) {
            return false;
        }
        int padded = Sealer.padded(length, mtu);
        for (long i = at + length; i < at + padded; i++) {
            from.set(ValueLayout.JAVA_BYTE, i, (byte) 0);
        }
        long place = reserve(padded + Spec.TRANSPORT_OVERHEAD, current.of(remote.path()));
        int datagram = sealer.seal(from, at, padded, batch.buffer(), place, now);
        if (datagram == Sealer.SPENT) {
            return false;
        }
        batch.commit(datagram, remote.path());
        if (sealer.takeRekeyDue()) {
            control.wanted(link);
        }
        return true;
    }

    private long reserve(int length, UdpSocket socket) throws IOException {
        if (batchSocket != socket) {
            flush();
            batchSocket = socket;
        }
        long place = batch.reserve(length);
        if (place < 0) {
            flush();
            place = batch.reserve(length);
        }
        return place;
    }

    private void flush() throws IOException {
        UdpSocket socket = batchSocket;
        if (socket == null || batch.isEmpty()) {
            return;
        }
        boolean offload = socket.offload();
        try {
            batch.flush(socket);
        } catch (IOException networkTrouble) {
            // A route that is gone or a full queue must not end the tunnel: the packets are lost, as packets are.
            batch.refused().ifPresent(path -> control.refused(path, networkTrouble));
        }
        if (batch.dropped() > 0) {
            counters.drop(Drop.SEND, batch.dropped());
        }
        if (offload != socket.offload()) {
            LOG.info("UDP from now on: {}", socket.describe());
        }
    }

    @Override
    public void await() throws IOException {
        if (commands.isEmpty()) {
            waiter.await(-1);
        }
    }

    @Override
    public void wake() {
        waiter.wake();
    }

    @Override
    public void close() {
        waiter.close();
        arena.close();
    }
}
