package weft.tunnel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.UdpPath;

/** Sends handshake messages, one at a time. One that the network will not take is dropped: the protocol tries again. */
final class HandshakeSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeSender.class);

    private final Sources sources;
    private final Counters counters;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment datagram = arena.allocate(Tuning.HANDSHAKE_BYTES);
    private @Nullable Sockets sockets;

    HandshakeSender(Sources sources, Counters counters) {
        this.sources = sources;
        this.counters = counters;
    }

    /** Sends by these from now on; before the first, nothing is sent. */
    void use(Sockets replacement) {
        sockets = replacement;
    }

    void send(byte[] bytes, Remote to) {
        if (sockets == null) {
            return;
        }
        MemorySegment.copy(bytes, 0, datagram, ValueLayout.JAVA_BYTE, 0, bytes.length);
        try {
            sendOrDrop(sockets, bytes.length, to.path());
        } catch (IOException networkTrouble) {
            LOG.debug("a handshake message could not be sent: {}", networkTrouble.getMessage());
            counters.drop(Drop.SEND);
        }
    }

    private void sendOrDrop(Sockets by, int length, UdpPath path) throws IOException {
        boolean sent;
        try {
            sent = by.of(path).send(datagram, 0, length, path);
        } catch (IOException refusal) {
            if (!sources.isGone(path, refusal)) {
                throw refusal;
            }
            sources.leave(path);
            sent = by.of(path).send(datagram, 0, length, path.anySource());
        }
        if (!sent) {
            counters.drop(Drop.SEND);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
