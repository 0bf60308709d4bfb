package weft.netio;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The parts of something that is being opened: those with descriptors, threads, or changes of the machine. Unless it
 * {@link #stands}, they are closed with this, the last one first.
 */
public final class Unfinished implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** @return the part */
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** From now on whoever has been made of the parts closes them. */
    public void stands() {
        parts.clear();
    }

    /** All are closed, even if some refuse. */
    @Override
    public void close() throws IOException {
        IOException refused = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                if (refused == null) {
                    refused = new IOException("what had been opened could not all be closed", e);
                } else {
                    refused.addSuppressed(e);
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
    }
}
