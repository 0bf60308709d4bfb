package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Waits a bounded time for a full send buffer to drain. One thread's. */
final class SendPatience {
    private static final short POLLOUT = 4;
    private static final long NANOS = UdpSocket.SEND_PATIENCE_MILLIS * 1_000_000L;

    private final MemorySegment polled = Arena.ofAuto().allocate(8, 8);
    private final MemorySegment timespec = Arena.ofAuto().allocate(16, 8);

    SendPatience() {
        polled.set(ValueLayout.JAVA_SHORT, 4, POLLOUT);
        timespec.set(ValueLayout.JAVA_LONG, 8, NANOS);
    }

    /** Whether there is room now. */
    boolean await(MemorySegment errno, int fd) {
        polled.set(ValueLayout.JAVA_INT, 0, fd);
        return Posix.ppoll(errno, polled.address(), 1, timespec.address()) > 0;
    }
}
