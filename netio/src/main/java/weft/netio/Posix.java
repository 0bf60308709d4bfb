package weft.netio;

import static weft.netio.Native.INT;
import static weft.netio.Native.LONG;
import static weft.netio.Native.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of the packet path. Each answers what the kernel would: the result, or the negated errno.
 *
 * <p>Addresses are plain longs, so that no slice of a segment is made for a call; the caller keeps the segment reachable.
 * {@code errno} is a segment of {@link Native#ERRNO_SIZE} bytes that belongs to the calling thread. None of these is
 * linked as <em>critical</em>: even a non-blocking send may take long enough to hold up a collector.
 *
 * <p>Where the compiler does not inline the JDK's check of {@code errno} (JDK 25), a call leaves a slice of it behind:
 * 40 bytes for a call, however many packets the call moves.
 */
final class Posix {
    private static final MethodHandle SOCKET = Native.libc("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle BIND = Native.libc("bind", FunctionDescriptor.of(INT, INT, LONG, INT));
    private static final MethodHandle CONNECT = Native.libc("connect", FunctionDescriptor.of(INT, INT, LONG, INT));
    private static final MethodHandle GETSOCKOPT =
            Native.libc("getsockopt", FunctionDescriptor.of(INT, INT, INT, INT, LONG, LONG));
    private static final MethodHandle SETSOCKOPT =
            Native.libc("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, LONG, INT));
    private static final MethodHandle GETSOCKNAME =
            Native.libc("getsockname", FunctionDescriptor.of(INT, INT, LONG, LONG));
    private static final MethodHandle CLOSE = Native.libc("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle OPEN = Native.libc("open", FunctionDescriptor.of(INT, POINTER, INT), 2);
    private static final MethodHandle FCNTL = Native.libc("fcntl", FunctionDescriptor.of(INT, INT, INT, INT), 2);
    private static final MethodHandle IOCTL = Native.libc("ioctl", FunctionDescriptor.of(INT, INT, LONG, LONG), 2);
    private static final MethodHandle READ = Native.libc("read", FunctionDescriptor.of(LONG, INT, LONG, LONG));
    private static final MethodHandle WRITE = Native.libc("write", FunctionDescriptor.of(LONG, INT, LONG, LONG));
    private static final MethodHandle EVENTFD = Native.libc("eventfd", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle PPOLL = Native.libc("ppoll", FunctionDescriptor.of(INT, LONG, LONG, LONG, LONG));
    private static final MethodHandle RECVMMSG =
            Native.libc("recvmmsg", FunctionDescriptor.of(INT, INT, LONG, INT, INT, LONG));
    private static final MethodHandle SENDMMSG =
            Native.libc("sendmmsg", FunctionDescriptor.of(INT, INT, LONG, INT, INT));
    private static final MethodHandle RECVMSG = Native.libc("recvmsg", FunctionDescriptor.of(LONG, INT, LONG, INT));
    private static final MethodHandle SENDMSG = Native.libc("sendmsg", FunctionDescriptor.of(LONG, INT, LONG, INT));

    private Posix() {}

    static int socket(MemorySegment errno, int domain, int type) {
        return socket(errno, domain, type, 0);
    }

    static int socket(MemorySegment errno, int domain, int type, int protocol) {
        try {
            return result(errno, (int) SOCKET.invokeExact(errno, domain, type, protocol));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int bind(MemorySegment errno, int fd, long address, int length) {
        try {
            return result(errno, (int) BIND.invokeExact(errno, fd, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int connect(MemorySegment errno, int fd, long address, int length) {
        try {
            return result(errno, (int) CONNECT.invokeExact(errno, fd, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int getsockopt(MemorySegment errno, int fd, int level, int option, long value, long length) {
        try {
            return result(errno, (int) GETSOCKOPT.invokeExact(errno, fd, level, option, value, length));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int setsockopt(MemorySegment errno, int fd, int level, int option, long value, int length) {
        try {
            return result(errno, (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, length));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int getsockname(MemorySegment errno, int fd, long address, long length) {
        try {
            return result(errno, (int) GETSOCKNAME.invokeExact(errno, fd, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int close(MemorySegment errno, int fd) {
        try {
            return result(errno, (int) CLOSE.invokeExact(errno, fd));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int open(MemorySegment errno, MemorySegment path, int flags) {
        try {
            return result(errno, (int) OPEN.invokeExact(errno, path, flags));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int fcntl(MemorySegment errno, int fd, int command, int argument) {
        try {
            return result(errno, (int) FCNTL.invokeExact(errno, fd, command, argument));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int ioctl(MemorySegment errno, int fd, long request, long argument) {
        try {
            return result(errno, (int) IOCTL.invokeExact(errno, fd, request, argument));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int read(MemorySegment errno, int fd, long address, long length) {
        try {
            return result(errno, (int) (long) READ.invokeExact(errno, fd, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int write(MemorySegment errno, int fd, long address, long length) {
        try {
            return result(errno, (int) (long) WRITE.invokeExact(errno, fd, address, length));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int eventfd(MemorySegment errno, int flags) {
        try {
            return result(errno, (int) EVENTFD.invokeExact(errno, 0, flags));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Blocks. {@code timeout} is the address of a timespec, or 0 to wait for ever. */
    static int ppoll(MemorySegment errno, long fds, long count, long timeout) {
        try {
            return result(errno, (int) PPOLL.invokeExact(errno, fds, count, timeout, 0L));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int recvmmsg(MemorySegment errno, int fd, long headers, int count, int flags) {
        try {
            return result(errno, (int) RECVMMSG.invokeExact(errno, fd, headers, count, flags, 0L));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int sendmmsg(MemorySegment errno, int fd, long headers, int count, int flags) {
        try {
            return result(errno, (int) SENDMMSG.invokeExact(errno, fd, headers, count, flags));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int recvmsg(MemorySegment errno, int fd, long header, int flags) {
        try {
            return result(errno, (int) (long) RECVMSG.invokeExact(errno, fd, header, flags));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int sendmsg(MemorySegment errno, int fd, long header, int flags) {
        try {
            return result(errno, (int) (long) SENDMSG.invokeExact(errno, fd, header, flags));
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static int result(MemorySegment errno, int returned) {
        return returned < 0 ? -Native.errno(errno) : returned;
    }
}
