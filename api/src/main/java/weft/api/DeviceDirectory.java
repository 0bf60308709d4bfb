package weft.api;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What an edge asks the registry, and tells it. Answers are those of the moment of the call; caching is the caller's. */
public interface DeviceDirectory extends AutoCloseable {
    /** The device with that public key, enabled or not. */
    Optional<Device> byKey(DeviceKey publicKey) throws IOException;

    /** The devices with that client id: none, or up to twelve. */
    List<Device> byClientId(int clientId) throws IOException;

    /** Tells the registry by which of the fleet's keys devices have made sessions; keys of no device are passed over. */
    void keyUses(KeyUses uses) throws IOException;

    /**
     * Tells the listener of every change from now on, in order, on one thread. Where changes may have been missed it
     * says {@link DeviceChange.Everything}, and so it does once at the start, when the watch is in place. A listener
     * that throws misses that one change.
     */
    Watch watch(Consumer<DeviceChange> listener);

    @Override
    void close();

    /** Ends by {@link #close}; no change is told once that has returned, but for one that is being told just then. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
