package weft.edge;

import weft.fleet.Forward;
import weft.tunnel.Ingress;

/**
 * How a handshake message that the control agent holds came here, so that it can still be passed on: whom it says it is
 * from, and who was asked before us.
 *
 * @param clientId as the datagram says it
 * @param asked the list of members' numbers that came with it; empty if it came from the client itself
 * @param position ours in it
 */
record Hops(int clientId, int[] asked, int position, boolean takeIt, int tableEpoch, int hopLimit)
        implements Ingress.Passage {
    static Hops none(int clientId) {
        return new Hops(clientId, new int[0], 0, false, 0, Forward.HOP_LIMIT);
    }

    static Hops of(Forward forward, int clientId) {
        int[] asked = new int[forward.hops()];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = forward.hop(i);
        }
        return new Hops(
                clientId, asked, forward.position(), forward.takeIt(), forward.tableEpoch(), forward.hopLimit());
    }

    boolean isForwarded() {
        return asked.length > 0;
    }

    /** Makes a forward what it was when it came. */
    void restore(Forward forward) {
        forward.begin(tableEpoch, hopLimit).clientId(clientId);
        for (int number : asked) {
            forward.addHop(number);
        }
        forward.resume(position, takeIt);
    }

    /** Not the client id. */
    @Override
    public String toString() {
        return "Hops[" + asked.length + "]";
    }
}
