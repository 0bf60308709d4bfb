package weft.netio;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * Finds C functions and reads errno.
 *
 * <p>A handle from {@link #libc} takes one more leading argument than the C function: a segment of {@link #ERRNO_SIZE}
 * bytes into which the linker saves errno right after the call. Whoever calls often keeps one such segment; it belongs
 * to one thread at a time.
 */
final class Native {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option SAVE_ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout SAVED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = SAVED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static final long ERRNO_SIZE = SAVED.byteSize();

    private Native() {}

    /** A function of the C library that saves errno into its first argument. */
    static MethodHandle libc(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, SAVE_ERRNO);
    }

    /** As {@link #libc(String, FunctionDescriptor)}, for a C function whose parameters from this index on are variadic. */
    static MethodHandle libc(String name, FunctionDescriptor descriptor, int firstVariadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                descriptor,
                SAVE_ERRNO,
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** A function of a library that touches no errno worth reading and never blocks. */
    static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(library.findOrThrow(name), descriptor, Linker.Option.critical(false));
    }

    /** The shared library of that file name (such as {@code libcrypto.so.3}), loaded for the life of the process. */
    static Optional<SymbolLookup> library(String fileName) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(fileName, Arena.global()));
        } catch (IllegalArgumentException notFound) {
            return Optional.empty();
        }
    }

    static MemorySegment errnoSegment(Arena arena) {
        return arena.allocate(SAVED);
    }

    static int errno(MemorySegment saved) {
        return (int) ERRNO.get(saved, 0L);
    }
}
