package weft.tunnel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.UdpPath;
import weft.wireguard.Opener;

/**
 * Handshakes, timers and every change of peers; the only writer of what the packet path reads. This is the thread with its
 * mailbox: what is done on it is in {@link Sessions}.
 */
final class Control implements Agent, InboundListener, OutboundListener {
    private static final Logger LOG = LoggerFactory.getLogger(Control.class);

    private final Ticker ticker;
    private final Sessions sessions;
    private final Sources sources;
    private final Counters counters;
    private final Ending ending;
    private final Mailbox<Runnable> commands = new Mailbox<>(Tuning.HANDSHAKES_WAITING, this::wake);
    private final LookUps lookUps;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    Control(Ticker ticker, Sessions sessions, Sources sources, Strangers strangers, Counters counters, Ending ending) {
        this.ticker = ticker;
        this.sessions = sessions;
        this.sources = sources;
        this.counters = counters;
        this.ending = ending;
        lookUps = new LookUps(strangers, commands::put, counters);
    }

    @Override
    public String name() {
        return "control";
    }

    @Override
    public int doWork() {
        thread = Thread.currentThread();
        int work = runCommands();
        long now = ticker.now();
        if (now >= sessions.nextTickNanos()) {
            sessions.tick(now);
            work++;
        }
        return work;
    }

    private int runCommands() {
        int run = 0;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            run++;
        }
        return run;
    }

    @Override
    public void await() {
        long next = sessions.nextTickNanos();
        if (!commands.isEmpty()) {
            return;
        }
        if (next == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, next - ticker.now());
        }
    }

    @Override
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** From any other thread: runs on this agent and returns what it yields. */
    <T> T call(Supplier<T> task) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a listener may not call the tunnel: it would wait for itself");
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        commands.put(() -> {
            try {
                result.complete(task.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            } catch (Error e) {
                result.completeExceptionally(e);
                throw e;
            }
        });
        if (closed) {
            result.completeExceptionally(ending.exception());
        }
        try {
            return result.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    @Override
    public void handshake(MemorySegment in, Remote from, Ingress.Passage passage) {
        if (in.byteSize() > Tuning.HANDSHAKE_BYTES) {
            counters.drop(Drop.MALFORMED);
            return;
        }
        HandshakeMessage message = new HandshakeMessage(in.toArray(ValueLayout.JAVA_BYTE), from.path(), passage);
        if (!commands.offer(() -> receive(message, from))) {
            counters.drop(Drop.HANDSHAKE);
        }
    }

    private void receive(HandshakeMessage message, Remote from) {
        sessions.receive(message, from).ifPresent(opened -> {
            Consumer<PeerSetup> found = peer -> {
                sessions.put(peer);
                sessions.answer(opened, from);
            };
            lookUps.ask(opened.peer(), message, found, opened::close);
        });
    }

    @Override
    public void confirmed(Link link, Opener opener) {
        commands.put(() -> sessions.confirmed(link, opener));
    }

    @Override
    public void wanted(Link link) {
        commands.put(() -> sessions.initiate(link.peer()));
    }

    @Override
    public void roamed(Link link) {
        if (link.mayTellOfMove()) {
            commands.put(() -> sessions.moved(link));
        }
    }

    @Override
    public void refused(UdpPath path, IOException why) {
        if (sources.isGone(path, why) && !commands.offer(() -> sources.leave(path))) {
            LOG.debug("too busy to look for another source address");
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            runCommands();
        } finally {
            sessions.close();
        }
    }
}
