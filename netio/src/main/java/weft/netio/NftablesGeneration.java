package weft.netio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * The number of changes that the ruleset of a network namespace has seen, iptables-nft's among them; that namespace is the one
 * of the thread which called {@link #open}. Asking costs two system calls. Needs CAP_NET_ADMIN.
 */
public final class NftablesGeneration implements AutoCloseable {
    private static final int NETLINK_NETFILTER = 12;

    /** NFNL_SUBSYS_NFTABLES, NFT_MSG_GETGEN. */
    private static final int GET_GENERATION = 10 << 8 | 16;

    /** Family (8 bits), version (8), resource (16). */
    private static final int NFNETLINK_HEADER_SIZE = 4;

    private static final int ID = 1;

    private final NetlinkSocket socket;

    private NftablesGeneration(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static NftablesGeneration open() throws ErrnoException {
        return new NftablesGeneration(NetlinkSocket.open(NETLINK_NETFILTER));
    }

    /** It begins anew after 2^32 changes. */
    public int current() throws IOException {
        String action = "read the generation of nftables";
        NetlinkRequest request =
                new NetlinkRequest(GET_GENERATION, 0).u8(0).u8(0).u16(0);
        Map<Integer, ByteBuffer> attributes =
                socket.exchange(request, action).getFirst().attributes(NFNETLINK_HEADER_SIZE);
        ByteBuffer id = attributes.get(ID);
        if (id == null) {
            throw new IOException(action + ": the answer holds none");
        }
        return NetlinkReply.int32(id.order(ByteOrder.BIG_ENDIAN));
    }

    @Override
    public void close() {
        socket.close();
    }
}
