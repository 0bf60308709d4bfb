package weft.netio;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Links, addresses, routes and rules as rtnetlink(7) messages and back; no I/O. */
final class Rtnetlink {
    // linux/rtnetlink.h
    static final int NEW_LINK = 16;
    static final int DELETE_LINK = 17;
    static final int GET_LINK = 18;
    static final int NEW_ADDRESS = 20;
    static final int DELETE_ADDRESS = 21;
    static final int GET_ADDRESS = 22;
    static final int NEW_ROUTE = 24;
    static final int DELETE_ROUTE = 25;
    static final int GET_ROUTE = 26;
    static final int NEW_RULE = 32;
    static final int DELETE_RULE = 33;
    static final int GET_RULE = 34;

    private static final int PROTOCOL_STATIC = 4;
    private static final int SCOPE_UNIVERSE = 0;
    private static final int SCOPE_LINK = 253;
    private static final int SCOPE_HOST = 254;
    private static final int SCOPE_NOWHERE = 255;
    private static final int RTM_F_LOOKUP_TABLE = 0x1000;
    private static final int ROUTE_SIZE = 12;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_TABLE = 15;
    private static final int RTA_MARK = 16;

    // linux/if.h, linux/if_link.h
    static final int IFF_UP = 1;
    private static final int LINK_SIZE = 16;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;

    // linux/if_addr.h
    private static final int ADDRESS_SIZE = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 2;

    // linux/fib_rules.h
    private static final int RULE_SIZE = 12;
    private static final int TO_TABLE = 1;
    private static final int RULE_INVERT = 2;
    private static final int FRA_SRC = 2;
    private static final int FRA_IIFNAME = 3;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_FWMARK = 10;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FRA_FWMASK = 16;

    private Rtnetlink() {}

    static NetlinkRequest getLink(String name) {
        return linkRequest(GET_LINK, 0, 0, 0, 0).attribute(IFLA_IFNAME, name);
    }

    static NetlinkRequest links() {
        return linkRequest(GET_LINK, NetlinkRequest.DUMP, 0, 0, 0);
    }

    static NetlinkRequest setUp(int index, boolean up) {
        return linkRequest(NEW_LINK, NetlinkRequest.ACK, index, up ? IFF_UP : 0, IFF_UP);
    }

    static NetlinkRequest setMtu(int index, int mtu) {
        return linkRequest(NEW_LINK, NetlinkRequest.ACK, index, 0, 0).attribute(IFLA_MTU, mtu);
    }

    static NetlinkRequest deleteLink(int index) {
        return linkRequest(DELETE_LINK, NetlinkRequest.ACK, index, 0, 0);
    }

    private static NetlinkRequest linkRequest(int type, int flags, int index, int linkFlags, int change) {
        return new NetlinkRequest(type, flags).u32(0).u32(index).u32(linkFlags).u32(change);
    }

    static Link link(NetlinkReply reply) throws ProtocolException {
        Map<Integer, ByteBuffer> attributes = reply.attributes(LINK_SIZE);
        @Nullable ByteBuffer info = attributes.get(IFLA_LINKINFO);
        Optional<String> kind = info == null
                ? Optional.empty()
                : Optional.ofNullable(NetlinkReply.attributes(info, 0).get(IFLA_INFO_KIND))
                        .map(NetlinkReply::string);
        @Nullable ByteBuffer name = attributes.get(IFLA_IFNAME);
        return new Link(
                reply.int32(4),
                name == null ? "" : NetlinkReply.string(name),
                (reply.int32(8) & IFF_UP) != 0,
                number(attributes, IFLA_MTU).orElse(0),
                kind);
    }

    /** An IPv6 address is usable at once: it is ours alone, so duplicate address detection would only delay it. */
    static NetlinkRequest address(int type, int flags, int index, LinkAddress address) {
        Family family = Family.of(address.address());
        byte[] bytes = address.address().getAddress();
        NetlinkRequest request = new NetlinkRequest(type, flags | NetlinkRequest.ACK)
                .u8(family.number())
                .u8(address.prefix())
                .u8(family == Family.IPV6 ? IFA_F_NODAD : 0)
                .u8(SCOPE_UNIVERSE)
                .u32(index);
        return request.attribute(IFA_LOCAL, bytes).attribute(IFA_ADDRESS, bytes);
    }

    static NetlinkRequest addresses() {
        return new NetlinkRequest(GET_ADDRESS, NetlinkRequest.DUMP).u32(0).u32(0);
    }

    /** Empty for another interface or family. A point-to-point address has its own end in IFA_LOCAL. */
    static Optional<LinkAddress> address(NetlinkReply reply, int index) throws ProtocolException {
        if (reply.int32(4) != index) {
            return Optional.empty();
        }
        Map<Integer, ByteBuffer> attributes = reply.attributes(ADDRESS_SIZE);
        @Nullable ByteBuffer own = attributes.getOrDefault(IFA_LOCAL, attributes.get(IFA_ADDRESS));
        Optional<Family> family = family(reply);
        if (own == null || family.isEmpty()) {
            return Optional.empty();
        }
        int prefix = reply.u8(1);
        InetAddress address = inet(family.get(), own);
        return Optional.of(new LinkAddress(address, checked(prefix, family.get())));
    }

    static NetlinkRequest addRoute(Route route) {
        int flags = NetlinkRequest.ACK | NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
        return attributes(routeHeader(NEW_ROUTE, flags, route, PROTOCOL_STATIC, scope(route)), route);
    }

    /** Protocol and scope 0xff match whatever the route has. */
    static NetlinkRequest removeRoute(Route route) {
        return attributes(routeHeader(DELETE_ROUTE, NetlinkRequest.ACK, route, 0, SCOPE_NOWHERE), route);
    }

    private static int scope(Route route) {
        return switch (route.type()) {
            case LOCAL -> SCOPE_HOST;
            case UNICAST -> route.via().isEmpty() ? SCOPE_LINK : SCOPE_UNIVERSE;
            case BROADCAST, ANYCAST, MULTICAST -> SCOPE_LINK;
            case BLACKHOLE, UNREACHABLE, PROHIBIT, THROW -> SCOPE_UNIVERSE;
        };
    }

    /** The table goes into an attribute, since the header has only 8 bits for it. */
    private static NetlinkRequest routeHeader(int type, int flags, Route route, int protocol, int scope) {
        int routeFlags = type == GET_ROUTE ? RTM_F_LOOKUP_TABLE : 0;
        return new NetlinkRequest(type, flags)
                .u8(route.to().family().number())
                .u8(route.to().length())
                .u16(0)
                .u8(0)
                .u8(protocol)
                .u8(scope)
                .u8(route.type().number())
                .u32(routeFlags);
    }

    private static NetlinkRequest attributes(NetlinkRequest request, Route route) {
        request.attribute(RTA_DST, route.to().address().getAddress()).attribute(RTA_TABLE, route.table());
        route.via().ifPresent(hop -> request.attribute(RTA_GATEWAY, hop.getAddress()));
        route.link().ifPresent(index -> request.attribute(RTA_OIF, index));
        route.source().ifPresent(source -> request.attribute(RTA_PREFSRC, source.getAddress()));
        if (route.metric() != 0) {
            request.attribute(RTA_PRIORITY, route.metric());
        }
        return request;
    }

    static NetlinkRequest routes() {
        return new NetlinkRequest(GET_ROUTE, NetlinkRequest.DUMP).u32(0).u32(0).u32(0);
    }

    static NetlinkRequest routeTo(InetAddress destination, int mark) {
        Route route = Route.to(Prefix.of(destination));
        return routeHeader(GET_ROUTE, 0, route, 0, 0)
                .attribute(RTA_DST, destination.getAddress())
                .attribute(RTA_MARK, mark);
    }

    /** Empty for what Weft does not know: other families, clones of a cache. */
    static Optional<Route> route(NetlinkReply reply) throws ProtocolException {
        Map<Integer, ByteBuffer> attributes = reply.attributes(ROUTE_SIZE);
        Optional<Family> family = family(reply);
        Optional<Route.Type> type = Route.Type.of(reply.u8(7));
        if (family.isEmpty() || type.isEmpty()) {
            return Optional.empty();
        }
        Family known = family.get();
        @Nullable ByteBuffer to = attributes.get(RTA_DST);
        InetAddress address = to == null ? any(known) : inet(known, to);
        return Optional.of(new Route(
                new Prefix(address, checked(reply.u8(1), known)),
                type.get(),
                inet(known, attributes, RTA_GATEWAY),
                number(attributes, RTA_OIF),
                inet(known, attributes, RTA_PREFSRC),
                number(attributes, RTA_TABLE).orElse(reply.u8(4)),
                number(attributes, RTA_PRIORITY).orElse(0)));
    }

    static NetlinkRequest addRule(Rule rule) {
        return rule(NEW_RULE, NetlinkRequest.ACK | NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, rule);
    }

    static NetlinkRequest removeRule(Rule rule) {
        return rule(DELETE_RULE, NetlinkRequest.ACK, rule);
    }

    private static NetlinkRequest rule(int type, int flags, Rule rule) {
        NetlinkRequest request = new NetlinkRequest(type, flags)
                .u8(rule.family().number())
                .u8(0)
                .u8(rule.from().map(Prefix::length).orElse(0))
                .u8(0)
                .u8(0)
                .u16(0)
                .u8(TO_TABLE)
                .u32(rule.invert() ? RULE_INVERT : 0)
                .attribute(FRA_TABLE, rule.table());
        if (rule.priority() != 0) {
            request.attribute(FRA_PRIORITY, rule.priority());
        }
        if (rule.mask() != 0) {
            request.attribute(FRA_FWMARK, rule.mark()).attribute(FRA_FWMASK, rule.mask());
        }
        rule.from().ifPresent(from -> request.attribute(FRA_SRC, from.address().getAddress()));
        rule.iif().ifPresent(name -> request.attribute(FRA_IIFNAME, name));
        rule.suppressPrefixLength().ifPresent(length -> request.attribute(FRA_SUPPRESS_PREFIXLEN, length));
        return request;
    }

    static NetlinkRequest rules(Family family) {
        return new NetlinkRequest(GET_RULE, NetlinkRequest.DUMP)
                .u32(family.number())
                .u32(0)
                .u32(0);
    }

    /** Empty for a rule that does not lead to a table. */
    static Optional<Rule> rule(NetlinkReply reply) throws ProtocolException {
        Map<Integer, ByteBuffer> attributes = reply.attributes(RULE_SIZE);
        Optional<Family> family = family(reply);
        if (family.isEmpty() || reply.u8(7) != TO_TABLE) {
            return Optional.empty();
        }
        Optional<InetAddress> from = inet(family.get(), attributes, FRA_SRC);
        int fromLength = checked(reply.u8(2), family.get());
        OptionalInt suppress = number(attributes, FRA_SUPPRESS_PREFIXLEN);
        return Optional.of(new Rule(
                family.get(),
                number(attributes, FRA_TABLE).orElse(reply.u8(4)),
                number(attributes, FRA_PRIORITY).orElse(0),
                number(attributes, FRA_FWMARK).orElse(0),
                number(attributes, FRA_FWMASK).orElse(0),
                from.map(address -> new Prefix(address, fromLength)),
                Optional.ofNullable(attributes.get(FRA_IIFNAME)).map(NetlinkReply::string),
                suppress.orElse(-1) < 0 ? OptionalInt.empty() : suppress,
                (reply.int32(8) & RULE_INVERT) != 0));
    }

    private static Optional<Family> family(NetlinkReply reply) throws ProtocolException {
        int number = reply.u8(0);
        for (Family family : Family.values()) {
            if (family.number() == number) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }

    private static int checked(int prefix, Family family) throws ProtocolException {
        if (prefix > family.addressSize() * 8) {
            throw new ProtocolException("netlink prefix length " + prefix);
        }
        return prefix;
    }

    private static OptionalInt number(Map<Integer, ByteBuffer> attributes, int type) throws ProtocolException {
        @Nullable ByteBuffer value = attributes.get(type);
        return value == null ? OptionalInt.empty() : OptionalInt.of(NetlinkReply.int32(value));
    }

    private static Optional<InetAddress> inet(Family family, Map<Integer, ByteBuffer> attributes, int type)
            throws ProtocolException {
        @Nullable ByteBuffer value = attributes.get(type);
        return value == null ? Optional.empty() : Optional.of(inet(family, value));
    }

    private static InetAddress inet(Family family, ByteBuffer value) throws ProtocolException {
        byte[] bytes = new byte[family.addressSize()];
        if (value.limit() != bytes.length) {
            throw new ProtocolException("netlink address of " + value.limit() + " bytes");
        }
        value.get(0, bytes);
        return Family.address(bytes);
    }

    private static InetAddress any(Family family) {
        return Family.address(new byte[family.addressSize()]);
    }
}
