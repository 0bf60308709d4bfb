package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Moves the calling thread into another network namespace (setns(2), unshare(2)); needs CAP_SYS_ADMIN.
 *
 * <p>A namespace belongs to a thread, not to the JVM. So the thread must be a platform thread (a virtual one changes its
 * carrier), and it should be one that ends with its task, never one of a pool. What it opens afterwards stays in the
 * namespace for good, whoever uses it: sockets, TUNs, {@link Netlink}. Processes that it starts begin there, as do
 * threads that it starts; threads of a shared pool do not. {@code /proc/sys/net} follows the thread, but
 * {@code /proc/net} follows the process: read {@code /proc/thread-self/net}.
 */
public final class Namespaces {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    private static final MethodHandle UNSHARE = Native.libc("unshare", FunctionDescriptor.of(Native.INT, Native.INT));
    private static final MethodHandle SETNS =
            Native.libc("setns", FunctionDescriptor.of(Native.INT, Native.INT, Native.INT));
    private static final MethodHandle OPEN =
            Native.libc("open", FunctionDescriptor.of(Native.INT, Native.POINTER, Native.INT));
    private static final MethodHandle CLOSE = Native.libc("close", FunctionDescriptor.of(Native.INT, Native.INT));

    private Namespaces() {}

    /** @param namespace such as {@code /run/netns/phone} or what {@link #ofThisThread} returned */
    public static void enter(Path namespace) throws ErrnoException {
        requirePlatformThread();
        String action = "enter network namespace " + namespace;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(arena);
            int file = (int) OPEN.invokeExact(errno, arena.allocateFrom(namespace.toString()), O_RDONLY_CLOEXEC);
            require(file, errno, action);
            try {
                require((int) SETNS.invokeExact(errno, file, CLONE_NEWNET), errno, action);
            } finally {
                int ignored = (int) CLOSE.invokeExact(errno, file);
            }
        } catch (ErrnoException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Gives the calling thread a new, empty namespace, gone when its last thread, process and socket are. */
    public static void unshareNetwork() throws ErrnoException {
        requirePlatformThread();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Native.errnoSegment(arena);
            require((int) UNSHARE.invokeExact(errno, CLONE_NEWNET), errno, "make a network namespace");
        } catch (ErrnoException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** A path by which other threads can {@link #enter} the calling thread's namespace while that thread lives. */
    public static Path ofThisThread() throws IOException {
        requirePlatformThread();
        Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
        return Path.of("/proc").resolve(thread).resolve("ns/net");
    }

    /** Runs the task on a thread of its own in that namespace and waits for it. Throws what the task throws. */
    public static <T> T within(Path namespace, Callable<T> task) throws Exception {
        FutureTask<T> entered = new FutureTask<>(() -> {
            enter(namespace);
            return task.call();
        });
        Thread thread = Thread.ofPlatform().name("in " + namespace).start(entered);
        try {
            return entered.get();
        } catch (InterruptedException interrupted) {
            thread.interrupt();
            throw interrupted;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw failed;
        }
    }

    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread has no network namespace of its own");
        }
    }

    private static void require(int result, MemorySegment errno, String action) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(action, Native.errno(errno));
        }
    }
}
