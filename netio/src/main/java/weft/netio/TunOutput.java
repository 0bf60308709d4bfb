package weft.netio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes finished frames to a {@link Tun}. One thread's. */
final class TunOutput implements TunWriter.Output {
    private final Tun tun;
    private final MemorySegment errno = Native.errnoSegment(Arena.ofAuto());
    private final int header;

    TunOutput(Tun tun) {
        this.tun = tun;
        header = tun.vnetHeader() ? VnetHeader.SIZE : 0;
    }

    @Override
    public void write(MemorySegment buffer, long packet, int length, int packets) throws IOException {
        int result;
        do {
            result = Posix.write(errno, tun.fd(), buffer.address() + packet - header, header + length);
        } while (result == -Errno.EINTR);
        if (result < 0) {
            tun.countDropped(packets);
            refuse(-result);
        }
    }

    /** Throws unless it was the packet's fault, or the device is down or full. */
    private void refuse(int error) throws ErrnoException {
        switch (error) {
            case Errno.EIO, Errno.EINVAL, Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM -> {}
            default -> throw new ErrnoException("write " + tun.name(), error);
        }
    }
}
