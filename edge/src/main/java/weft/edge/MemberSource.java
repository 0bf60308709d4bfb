package weft.edge;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Where an edge hears who the fleet's edges are: a file, or a store that all of them watch. */
public interface MemberSource {
    /**
     * Reads the list, and tells the listener of every list that follows, on one thread.
     *
     * @throws IOException if there is none to begin with
     */
    Watch watch(Consumer<List<EdgeMember>> listener) throws IOException;

    /** Ends by {@link #close}. */
    interface Watch extends AutoCloseable {
        List<EdgeMember> first();

        @Override
        void close();
    }
}
