package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes a {@link Tun}. Packets are decrypted straight into it, and those of one flow that follow each other become one
 * super-packet (see {@link Coalescer}) and one system call. One thread's; allocates nothing.
 *
 * <p>Use: {@link #reserve}, write the packet there, then {@link #commit} or {@link #cancel}; {@link #flush} before waiting
 * for anything, so that nothing is held back to fill a batch.
 *
 * <p>To join packets without copying them, the place reserved starts before the end of the pending run, by the length of
 * its headers: should the new packet continue the run, its payload is where it belongs, and the bytes that its headers
 * covered are put back from a copy.
 *
 * <pre>
 *   pending  | headers | payload 0 | payload 1 |
 *   reserved                         | headers | payload 2 |
 * </pre>
 */
public final class TunWriter {
    /** IPv6 without extension headers, and TCP with all options. */
    private static final int LONGEST_HEADERS = 40 + 60;

    /** Aligns the first packet behind its vnet header. */
    private static final long BASE = 64;

    private static final long SIZE = BASE + 2 * 65_536 + 2L * VnetHeader.SIZE;

    private final Output output;
    private final MemorySegment buffer = Arena.ofAuto().allocate(SIZE, 64);
    private final MemorySegment covered = Arena.ofAuto().allocate(LONGEST_HEADERS);
    private final MemorySegment fresh = Arena.ofAuto().allocate(LONGEST_HEADERS);
    private final Coalescer run;

    private long reserved = -1;
    private int overlay;

    /** Where frames go. */
    interface Output {
        /** @param packet where the packet of that length starts; its {@link VnetHeader} stands before it */
        void write(MemorySegment buffer, long packet, int length, int packets) throws IOException;
    }

    public TunWriter(Tun tun) {
        this(new TunOutput(tun), tun.vnetHeader(), tun.splitsUdp());
    }

    /**
     * @param tcp whether TCP may be joined
     * @param udp whether UDP may be joined
     */
    TunWriter(Output output, boolean tcp, boolean udp) {
        this.output = output;
        run = new Coalescer(buffer, BASE, tcp, udp);
    }

    public MemorySegment buffer() {
        return buffer;
    }

    /**
     * Where up to {@code length} bytes may be written until {@link #commit} or {@link #cancel}.
     *
     * @param length at most 65 535
     */
    public long reserve(int length) {
        if (length > Coalescer.LONGEST) {
            throw new IllegalArgumentException("an IP packet has at most 65535 bytes: " + length);
        }
        if (reserved >= 0) {
            cancel();
        }
        overlay = run.isOpen() && run.length() >= 2 * run.headers() ? run.headers() : 0;
        reserved = run.isEmpty() ? BASE : run.end() - overlay;
        if (overlay > 0) {
            MemorySegment.copy(buffer, reserved, covered, 0, overlay);
        }
        return reserved;
    }

    /**
     * An authenticated IP packet stands at the place reserved: it joins the pending ones, or these are written and it becomes
     * pending, or, if nothing could ever join it, is written too.
     *
     * @param length at most what was reserved
     */
    public void commit(int length) throws IOException {
        long at = reserved;
        reserved = -1;
        if (length <= 0) {
            restore(at);
            return;
        }
        if (run.continues(at, length)) {
            join(at, length);
        } else {
            replace(at, length);
        }
        if (!run.isOpen()) {
            flush();
        }
    }

    /** What was written at the reserved place is void. */
    public void cancel() {
        restore(reserved);
        reserved = -1;
    }

    /**
     * Writes what is pending. A packet that the kernel refuses is dropped and counted, as on any full or downed interface.
     *
     * @throws ErrnoException EBADFD when the device is gone
     */
    public void flush() throws IOException {
        if (run.isEmpty()) {
            return;
        }
        run.finish();
        int length = run.length();
        int packets = run.segments();
        run.clear();
        output.write(buffer, BASE, length, packets);
    }

    private void join(long at, int length) {
        long end = run.end();
        int headers = run.headers();
        run.add(at, length);
        if (overlay > 0) {
            restore(at);
        } else {
            MemorySegment.copy(buffer, at + headers, buffer, end, length - headers);
        }
    }

    private void replace(long at, int length) throws IOException {
        int kept = Math.min(overlay, length);
        if (kept > 0) {
            MemorySegment.copy(buffer, at, fresh, 0, kept);
            restore(at);
        }
        try {
            flush();
        } finally {
            if (kept > 0) {
                MemorySegment.copy(fresh, 0, buffer, BASE, kept);
            }
            if (at != BASE) {
                MemorySegment.copy(buffer, at + kept, buffer, BASE + kept, length - kept);
            }
            run.start(length);
        }
    }

    private void restore(long at) {
        if (overlay > 0) {
            MemorySegment.copy(covered, 0, buffer, at, overlay);
            overlay = 0;
        }
    }
}
