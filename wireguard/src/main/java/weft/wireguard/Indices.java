package weft.wireguard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Our receiver indices, and whose each one is: of pending initiations and of sessions. */
final class Indices {
    private static final int TRIES = 1000;

    private final Fresh fresh;
    private final Map<Integer, Peer> owners = new HashMap<>();

    Indices(Fresh fresh) {
        this.fresh = fresh;
    }

    @Nullable
    Peer owner(int index) {
        return owners.get(index);
    }

    /** One that is free, until it is {@link #put}; empty if there seems to be none, as where many peers share few. */
    OptionalInt draw(Peer peer) {
        for (int i = 0; i < TRIES; i++) {
            int index = fresh.receiverIndex(peer.key(), i);
            if (!owners.containsKey(index)) {
                return OptionalInt.of(index);
            }
        }
        return OptionalInt.empty();
    }

    void put(int index, Peer peer) {
        owners.put(index, peer);
    }

    void remove(int index) {
        owners.remove(index);
    }

    /** Forgets the indices of the sessions that have ended. */
    List<Event> settled(List<Event> events) {
        for (Event event : events) {
            if (event instanceof Event.OpenerRetired retired) {
                remove(retired.opener().index());
            }
        }
        return events;
    }

    void clear() {
        owners.clear();
    }
}
