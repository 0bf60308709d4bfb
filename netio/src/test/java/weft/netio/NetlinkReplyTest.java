package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkReplyTest {
    private static final long SEED = 3549;

    @Test
    void readsBackWhatTheRequestsWrite() throws Exception {
        Route route = Route.to(Prefix.parse("fd00::/8"))
                .via(InetAddress.ofLiteral("fe80::1"))
                .link(3)
                .source(InetAddress.ofLiteral("fd00::9"))
                .table(100_000)
                .metric(7);
        assertThat(Rtnetlink.route(only(Rtnetlink.addRoute(route)))).contains(route);
        Rule rule = Rule.lookup(Family.IPV6, 9)
                .priority(3)
                .mark(1, 3)
                .from(Prefix.parse("fd00::/8"))
                .iif("d0")
                .suppressPrefixLength(0)
                .inverted();
        assertThat(Rtnetlink.rule(only(Rtnetlink.addRule(rule)))).contains(rule);
        LinkAddress address = LinkAddress.parse("10.1.2.3/24");
        NetlinkReply added = only(Rtnetlink.address(Rtnetlink.NEW_ADDRESS, 0, 4, address));
        assertThat(Rtnetlink.address(added, 4)).contains(address);
        assertThat(Rtnetlink.address(added, 5)).isEmpty();
    }

    @Test
    void everyTruncationIsRefusedOrReadsAsLess() throws Exception {
        byte[] whole = message();
        for (int length = 1; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
            assertThatThrownBy(() -> NetlinkReply.parse(cut)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void mutatedRepliesNeverThrowAnythingButProtocolExceptions() {
        Random random = new Random(SEED);
        for (int round = 0; round < 30_000; round++) {
            byte[] bytes = message();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                readAsEverything(bytes);
            } catch (RuntimeException wrong) {
                throw new AssertionError(
                        "seed " + SEED + ", bytes " + HexFormat.of().formatHex(bytes), wrong);
            }
        }
    }

    static void readAsEverything(byte[] bytes) {
        try {
            for (NetlinkReply reply : NetlinkReply.parse(ByteBuffer.wrap(bytes))) {
                refusing(() -> Rtnetlink.link(reply));
                refusing(() -> Rtnetlink.address(reply, 1));
                refusing(() -> Rtnetlink.route(reply));
                refusing(() -> Rtnetlink.rule(reply));
                refusing(reply::errno);
                refusing(reply::errorText);
            }
        } catch (ProtocolException refused) {
            assertThat(refused).hasMessageStartingWith("netlink");
        }
    }

    private interface Reading {
        Object read() throws ProtocolException;
    }

    private static void refusing(Reading reading) {
        try {
            assertThat(reading.read()).isNotNull();
        } catch (ProtocolException refused) {
            assertThat(refused).hasMessageStartingWith("netlink");
        }
    }

    private static byte[] message() {
        return Rtnetlink.addRoute(Route.to(Prefix.parse("10.0.0.0/8"))
                        .via(InetAddress.ofLiteral("10.0.0.1"))
                        .link(2))
                .toBytes(1);
    }

    private static NetlinkReply only(NetlinkRequest request) throws ProtocolException {
        List<NetlinkReply> replies = NetlinkReply.parse(ByteBuffer.wrap(request.toBytes(1)));
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }
}
