package weft.edge;

import java.util.List;
import org.jspecify.annotations.Nullable;
import weft.fleet.CityView;
import weft.fleet.ReceiverIndices;
import weft.netio.UdpArrival;
import weft.netio.UdpPath;

/**
 * What the inbound agent needs to pass packets on, as of one moment; the city's thread publishes a new one with every
 * change. Immutable.
 *
 * @param paths for each place of the view, how that edge is reached; null for ourselves, and for one with no family of ours
 */
record Routing(CityView view, List<@Nullable UdpPath> paths, ReceiverIndices indices) {
    /** Whether a datagram on the mesh's sockets comes from where a member of the city is. */
    boolean isMember(UdpArrival from) {
        // No iterator: it would be garbage for each datagram.
        for (int i = 0; i < paths.size(); i++) {
            UdpPath path = paths.get(i);
            if (path != null && from.isFrom(path)) {
                return true;
            }
        }
        return false;
    }

    /** Our own number. */
    int self() {
        return view.number(view.self());
    }

    @Nullable
    UdpPath path(int place) {
        return paths.get(place);
    }
}
