package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits until one of a few descriptors is readable or somebody calls {@link #wake}: ppoll(2) over them and an eventfd.
 * Allocates nothing.
 *
 * <p>All but {@link #wake} belong to one thread, a platform thread by preference: waiting pins a virtual one. A wake that
 * comes before the wait ends it at once, so none is lost: put the work where the waiter looks, then wake it.
 */
public final class Waiter implements AutoCloseable {
    private static final int MOST = 16;

    /** struct pollfd: fd (4 bytes), events, revents (2 each). */
    private static final int POLLFD = 8;

    private static final short POLLIN = 1;
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final long SECOND = 1_000_000_000L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment polled = arena.allocate((long) POLLFD * (MOST + 1), 8);
    private final MemorySegment timespec = arena.allocate(16, 8);
    private final MemorySegment counter = arena.allocate(8, 8);
    private final MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
    private final MemorySegment errno = Native.errnoSegment(arena);
    private final MemorySegment wakersErrno = Native.errnoSegment(arena);
    private final AtomicBoolean woken = new AtomicBoolean();
    private final int eventfd;
    private int count = 1;
    private boolean closed;

    public Waiter() throws IOException {
        eventfd = Posix.eventfd(errno, EFD_NONBLOCK | EFD_CLOEXEC);
        if (eventfd < 0) {
            arena.close();
            throw new ErrnoException("eventfd", -eventfd);
        }
        put(0, eventfd);
    }

    /** Waits for this descriptor too; at most {@value #MOST} of them. */
    public void add(int fd) {
        if (count > MOST) {
            throw new IllegalStateException("a waiter takes at most " + MOST + " descriptors");
        }
        put(count++, fd);
    }

    /** No longer waits for this descriptor. Call before closing it. */
    public void remove(int fd) {
        for (int i = 1; i < count; i++) {
            if (fd(i) == fd) {
                put(i, fd(--count));
                return;
            }
        }
    }

    /**
     * Waits; a signal may end it early.
     *
     * @param timeoutNanos 0 only looks; negative waits for ever
     * @return whether a descriptor is readable (or in error: reading it will say) or this was woken
     */
    public boolean await(long timeoutNanos) throws IOException {
        timespec.set(ValueLayout.JAVA_LONG, 0, timeoutNanos / SECOND);
        timespec.set(ValueLayout.JAVA_LONG, 8, timeoutNanos % SECOND);
        int ready = Posix.ppoll(errno, polled.address(), count, timeoutNanos < 0 ? 0 : timespec.address());
        if (ready < 0) {
            if (ready == -Errno.EINTR) {
                return false;
            }
            throw new ErrnoException("ppoll", -ready);
        }
        if (ready > 0 && events(0) != 0) {
            Posix.read(errno, eventfd, counter.address(), Long.BYTES);
            woken.set(false);
        }
        return ready > 0;
    }

    /** Whether the last {@link #await} found this descriptor readable or in error. */
    public boolean readable(int fd) {
        for (int i = 1; i < count; i++) {
            if (fd(i) == fd) {
                return events(i) != 0;
            }
        }
        return false;
    }

    /** Ends the wait that is under way, or the next one. From any thread; cheap if already woken. */
    public void wake() {
        if (!woken.getAndSet(true)) {
            post();
        }
    }

    /** Not while closing: the descriptor's number may be another's by then. */
    private synchronized void post() {
        if (!closed) {
            Posix.write(wakersErrno, eventfd, one.address(), Long.BYTES);
        }
    }

    /** Idempotent. Nobody may wait any more; a wake does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Posix.close(errno, eventfd);
            arena.close();
        }
    }

    private void put(int i, int fd) {
        polled.set(ValueLayout.JAVA_INT, (long) i * POLLFD, fd);
        polled.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD + 4, POLLIN);
        polled.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD + 6, (short) 0);
    }

    private int fd(int i) {
        return polled.get(ValueLayout.JAVA_INT, (long) i * POLLFD);
    }

    private int events(int i) {
        return polled.get(ValueLayout.JAVA_SHORT, (long) i * POLLFD + 6);
    }
}
