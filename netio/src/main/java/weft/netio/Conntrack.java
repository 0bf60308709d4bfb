package weft.netio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel's table of connections, in the network namespace of the thread that called {@link #open} (nfnetlink_conntrack.h).
 * Needs CAP_NET_ADMIN. Any thread may ask.
 */
public final class Conntrack implements AutoCloseable {
    private static final int NETLINK_NETFILTER = 12;
    private static final int CT_GET = 1 << 8 | 1;
    private static final int HEADER = 4;
    private static final int TUPLE_ORIG = 1;
    private static final int PROTOINFO = 4;
    private static final int TUPLE_IP = 1;
    private static final int V4_SRC = 1;
    private static final int V4_DST = 2;
    private static final int V6_SRC = 3;
    private static final int V6_DST = 4;
    private static final int PROTOINFO_TCP = 1;
    private static final int TCP_STATE = 1;
    private static final int LAST_ACK = 6;
    private static final int CLOSE = 8;

    private final NetlinkSocket netlink;

    private Conntrack(NetlinkSocket netlink) {
        this.netlink = netlink;
    }

    public static Conntrack open() throws IOException {
        return new Conntrack(NetlinkSocket.open(NETLINK_NETFILTER));
    }

    /**
     * How many open flows there are of each address in some prefixes, as the one who began them or the other end. A flow of
     * TCP is open until both ends have closed it, any other while the kernel knows it.
     */
    public Map<InetAddress, Integer> openFlows(List<Prefix> of) throws IOException {
        Map<InetAddress, Integer> flows = new HashMap<>();
        for (Family family : of.stream().map(Prefix::family).distinct().toList()) {
            NetlinkRequest dump = new NetlinkRequest(CT_GET, NetlinkRequest.DUMP)
                    .u8(family == Family.IPV4 ? 2 : 10)
                    .u8(0)
                    .u16(0);
            for (NetlinkReply entry : netlink.exchange(dump, "read the table of connections")) {
                Map<Integer, ByteBuffer> attributes = entry.attributes(HEADER);
                if (isOpen(attributes)) {
                    ends(attributes).stream()
                            .filter(end -> of.stream().anyMatch(prefix -> prefix.contains(end)))
                            .forEach(end -> flows.merge(end, 1, Integer::sum));
                }
            }
        }
        return flows;
    }

    private static boolean isOpen(Map<Integer, ByteBuffer> attributes) throws ProtocolException {
        Optional<ByteBuffer> state = nested(attributes, PROTOINFO, PROTOINFO_TCP, TCP_STATE);
        if (state.isEmpty() || !state.get().hasRemaining()) {
            return true;
        }
        int tcp = state.get().get(0);
        return tcp < LAST_ACK || tcp > CLOSE;
    }

    private static List<InetAddress> ends(Map<Integer, ByteBuffer> attributes)
            throws ProtocolException, UnknownHostException {
        List<InetAddress> ends = new ArrayList<>();
        for (int end : new int[] {V4_SRC, V4_DST, V6_SRC, V6_DST}) {
            Optional<ByteBuffer> address = nested(attributes, TUPLE_ORIG, TUPLE_IP, end);
            if (address.isPresent()) {
                byte[] bytes = new byte[address.get().remaining()];
                address.get().duplicate().get(bytes);
                ends.add(InetAddress.getByAddress(bytes));
            }
        }
        return ends;
    }

    private static Optional<ByteBuffer> nested(Map<Integer, ByteBuffer> attributes, int... way)
            throws ProtocolException {
        Map<Integer, ByteBuffer> at = attributes;
        for (int i = 0; i < way.length - 1; i++) {
            ByteBuffer next = at.get(way[i]);
            if (next == null) {
                return Optional.empty();
            }
            at = NetlinkReply.attributes(next, 0);
        }
        return Optional.ofNullable(at.get(way[way.length - 1]));
    }

    @Override
    public void close() {
        netlink.close();
    }
}
