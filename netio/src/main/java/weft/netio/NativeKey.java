package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * What the keys of all libraries share: bounds, nonce, additional data, closing.
 *
 * <p>Libraries get plain addresses. A slice for each call would cost an allocation whenever the JIT fails to remove it,
 * and a segment of a shared arena two atomic operations. In return the bounds are checked here, heap segments are
 * copied, and whatever owns memory is kept reachable until the call is over.
 *
 * <p>Closing while another thread seals: {@code closed} is set first, then the key is zeroed in place, and nothing is
 * freed before the key is unreachable. A call that has read any zeroed byte therefore sees {@code closed} afterwards
 * and throws its output away.
 */
abstract class NativeKey implements NativeAead.Key {
    static final int NONCE_SIZE = 12;

    private static final int AAD_AT = 16;
    private static final byte[] NO_AAD = {};
    private static final ValueLayout.OfLong COUNTER =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment scratch = Arena.ofAuto().allocate(AAD_AT + NativeAead.MAX_AAD);
    private volatile boolean closed;

    /** @return false if the library refused */
    abstract boolean seal(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable;

    /** @param length without the tag, which follows the input */
    abstract boolean open(long nonce, long aad, int aadLength, long in, int length, long out) throws Throwable;

    /** Overwrites the key in memory that stays valid, so that a call under way in another thread cannot crash. */
    abstract void zero() throws Throwable;

    @Override
    public final void seal(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
        seal(counter, NO_AAD, in, at, length, out, outAt);
    }

    @Override
    public final boolean open(long counter, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
        return open(counter, NO_AAD, in, at, length, out, outAt);
    }

    @Override
    public final void seal(
            long counter, byte[] aad, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
        if (closed) {
            throw closedException();
        }
        check(in, at, length);
        check(out, outAt, length + NativeAead.TAG_SIZE);
        prepare(counter, aad);
        if (in.isNative() && out.isNative()) {
            sealNative(aad.length, in, at, length, out, outAt);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(length + NativeAead.TAG_SIZE);
            MemorySegment.copy(in, at, copy, 0, length);
            sealNative(aad.length, copy, 0, length, copy, 0);
            MemorySegment.copy(copy, 0, out, outAt, copy.byteSize());
            copy.fill((byte) 0);
        }
    }

    @Override
    public final boolean open(
            long counter, byte[] aad, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
        int opened = length - NativeAead.TAG_SIZE;
        if (closed || opened < 0) {
            return false;
        }
        check(in, at, length);
        check(out, outAt, opened);
        prepare(counter, aad);
        if (in.isNative() && out.isNative()) {
            return openNative(aad.length, in, at, opened, out, outAt);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(length);
            MemorySegment.copy(in, at, copy, 0, length);
            boolean genuine = openNative(aad.length, copy, 0, opened, copy, 0);
            if (genuine) {
                MemorySegment.copy(copy, 0, out, outAt, opened);
            }
            copy.fill((byte) 0);
            return genuine;
        }
    }

    @Override
    public final void close() {
        if (closed) {
            return;
        }
        closed = true;
        VarHandle.fullFence();
        try {
            zero();
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void sealNative(int aadLength, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
        boolean sealed;
        try {
            long nonce = scratch.address();
            sealed = seal(nonce, nonce + AAD_AT, aadLength, in.address() + at, length, out.address() + outAt);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        } finally {
            Reference.reachabilityFence(this);
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
        }
        VarHandle.loadLoadFence();
        if (!sealed || closed) {
            out.asSlice(outAt, length + NativeAead.TAG_SIZE).fill((byte) 0);
            throw closed ? closedException() : new IllegalStateException("the library refused to seal");
        }
    }

    private boolean openNative(int aadLength, MemorySegment in, long at, int length, MemorySegment out, long outAt) {
        boolean genuine;
        try {
            long nonce = scratch.address();
            genuine = open(nonce, nonce + AAD_AT, aadLength, in.address() + at, length, out.address() + outAt);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        } finally {
            Reference.reachabilityFence(this);
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
        }
        VarHandle.loadLoadFence();
        return genuine && !closed;
    }

    private void prepare(long counter, byte[] aad) {
        if (aad.length > NativeAead.MAX_AAD) {
            throw new IllegalArgumentException("additional data has at most " + NativeAead.MAX_AAD + " bytes");
        }
        scratch.set(COUNTER, 4, counter);
        MemorySegment.copy(aad, 0, scratch, ValueLayout.JAVA_BYTE, AAD_AT, aad.length);
    }

    private static void check(MemorySegment segment, long at, int length) {
        Objects.checkFromIndexSize(at, length, segment.byteSize());
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("the segment's arena is closed");
        }
    }

    static byte[] checked(byte[] secret) {
        if (secret.length != NativeAead.KEY_SIZE) {
            throw new IllegalArgumentException("a key has " + NativeAead.KEY_SIZE + " bytes, not " + secret.length);
        }
        return secret;
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the key is closed");
    }
}
