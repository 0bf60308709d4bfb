package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads a {@link Tun}: one frame a {@link #read}, then its IP packets one {@link #next} at a time, super-packets split and
 * checksums finished. One thread's; allocates nothing.
 *
 * <p>The packets of a frame share memory: {@link #next} makes the next one over the end of the one before. Up to 15 bytes
 * behind a packet may be overwritten (padding before encryption).
 */
public final class TunReader {
    /** A frame of 64 KB, its header, and what stands behind it. */
    private static final int SIZE = VnetHeader.SIZE + 65_536 + Segmenter.PADDING;

    private final Tun tun;
    private final MemorySegment buffer;
    private final MemorySegment errno;
    private final Segmenter segmenter;

    public TunReader(Tun tun) {
        this.tun = tun;
        buffer = Arena.ofAuto().allocate(SIZE, 64);
        errno = Native.errnoSegment(Arena.ofAuto());
        segmenter = new Segmenter(buffer);
    }

    /**
     * Reads one frame.
     *
     * @return false: none waits
     * @throws ErrnoException EBADFD when the device is gone
     */
    public boolean read() throws IOException {
        int length = Posix.read(errno, tun.fd(), buffer.address(), buffer.byteSize() - Segmenter.PADDING);
        if (length < 0) {
            segmenter.plain(0, 0);
            if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
                return false;
            }
            throw new ErrnoException("read " + tun.name(), -length);
        }
        if (!tun.vnetHeader()) {
            segmenter.plain(0, length);
        } else if (!segmenter.frame(0, length)) {
            tun.countDropped(1);
        }
        return true;
    }

    /** Advances to the next IP packet of the frame; false: the frame is used up. */
    public boolean next() {
        return segmenter.next();
    }

    public MemorySegment buffer() {
        return buffer;
    }

    /** Where the packet starts in {@link #buffer}. */
    public long at() {
        return segmenter.at();
    }

    /** The packet's bytes. */
    public int length() {
        return segmenter.length();
    }
}
