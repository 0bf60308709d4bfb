package weft.edge;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import weft.netio.Family;
import weft.netio.Prefix;

/**
 * The edge's nftables table as text: a pure function of the configuration.
 *
 * <p>What comes out of the tunnel is judged in <i>prerouting</i>, before any destination NAT: a container's published port
 * is an address of this machine there, and thus closed. Only replies of flows that others began pass by the state of their
 * connection; every packet that a device itself is behind is judged anew, so an opening that goes away takes its flows along.
 */
final class Ruleset {
    private static final int TCP_OVER_IPV4 = 40;
    private static final int TCP_OVER_IPV6 = 60;

    private final EdgeConfig config;
    private final Prefix inner6;
    private final List<Opening.Who> subjects;

    Ruleset(EdgeConfig config, Prefix inner6) {
        this.config = config;
        this.inner6 = inner6;
        subjects = config.openings().stream()
                .map(Opening::who)
                .filter(who -> !(who instanceof Opening.Who.Everyone))
                .distinct()
                .toList();
    }

    private String table() {
        return config.passages().mark();
    }

    /** Those that a set of addresses of present devices is kept for; set {@code i} is theirs at position {@code i}. */
    List<Opening.Who> subjects() {
        return subjects;
    }

    static String set(int subject, Family family) {
        return "subject" + subject + (family == Family.IPV4 ? "_4" : "_6");
    }

    /** Removes the table if there is one, in the same transaction in which a new one may come. */
    String removal() {
        return "table inet " + table() + " {}\ndelete table inet " + table() + "\n";
    }

    String text() {
        return removal() + "table inet " + table() + " {\n" + sets() + untracked() + fromTunnel() + opened() + refuse()
                + forward() + (config.nat() ? nat() : "") + "}\n";
    }

    private String sets() {
        String fixed = intervals("closed4", "ipv4_addr", closed(Closed.IPV4, Family.IPV4))
                + intervals("closed6", "ipv6_addr", closed(Closed.IPV6, Family.IPV6));
        return fixed
                + IntStream.range(0, subjects.size())
                        .mapToObj(i -> "set " + set(i, Family.IPV4) + " { type ipv4_addr; }\n" + "set "
                                + set(i, Family.IPV6) + " { type ipv6_addr; }\n")
                        .collect(Collectors.joining());
    }

    private List<Prefix> closed(List<Prefix> everywhere, Family family) {
        return Stream.concat(
                        everywhere.stream(),
                        config.routers().stream()
                                .filter(router -> Family.of(router) == family)
                                .map(Prefix::of))
                .toList();
    }

    private static String intervals(String name, String type, List<Prefix> elements) {
        String joined = elements.stream().map(Prefix::toString).collect(Collectors.joining(", "));
        return "set " + name + " { type " + type + "; flags interval; auto-merge; elements = { " + joined + " }; }\n";
    }

    private String untracked() {
        String ports = config.port() + (config.city().isPresent() ? ", " + Mesh.PORT : "");
        return """
                chain untracked_in { type filter hook prerouting priority raw; policy accept;
                  iifname != "%1$s" udp dport { %2$s } fib daddr type local notrack
                }
                chain untracked_out { type filter hook output priority raw; policy accept;
                  udp sport { %2$s } notrack
                }
                """.formatted(config.interfaceName(), ports);
    }

    private String fromTunnel() {
        return """
                chain from_tunnel { type filter hook prerouting priority mangle; policy accept;
                  iifname != "%1$s" accept
                  ip saddr != %2$s drop
                  ip6 saddr != %3$s drop
                  ct direction reply ct state established,related accept
                  ip daddr %4$s icmp type echo-request accept
                  ip6 daddr %5$s icmpv6 type echo-request accept
                  jump opened
                  fib daddr type != unicast goto refuse
                  ip daddr @closed4 goto refuse
                  ip6 daddr @closed6 goto refuse
                }
                """.formatted(
                        config.interfaceName(),
                        config.inner4(),
                        inner6,
                        EdgeConfig.ownAddress(config.inner4()).getHostAddress(),
                        EdgeConfig.ownAddress(inner6).getHostAddress());
    }

    private String opened() {
        return "chain opened {\n" + config.openings().stream().map(this::rules).collect(Collectors.joining()) + "}\n";
    }

    private String rules(Opening opening) {
        String match = subject(opening) + destination(opening.to());
        if (opening.ports().isEmpty()) {
            return "  " + match + "accept\n";
        }
        return opening.ports().stream()
                .map(ports -> "  " + match + ports.protocol().text() + " dport " + ports.first() + "-" + ports.last()
                        + " accept\n")
                .collect(Collectors.joining());
    }

    private String subject(Opening opening) {
        int subject = subjects.indexOf(opening.who());
        Family family = opening.to().family();
        return subject < 0 ? "" : protocol(family) + " saddr @" + set(subject, family) + " ";
    }

    private static String destination(Prefix to) {
        return protocol(to.family()) + " daddr " + to + " ";
    }

    /** The kernel limits how many of these it sends. */
    private static String refuse() {
        return "chain refuse { reject with icmpx admin-prohibited; }\n";
    }

    private String forward() {
        return """
                chain into_tunnel { type filter hook forward priority filter; policy accept;
                  oifname != "%1$s" accept
                  iifname "%1$s" accept
                  ct state established,related accept
                  reject with icmpx admin-prohibited
                }
                chain clamp { type filter hook forward priority mangle; policy accept;
                  iifname "%1$s" jump clamp_mss
                  oifname "%1$s" jump clamp_mss
                }
                chain clamp_mss {
                  meta nfproto ipv4 tcp flags & (syn | rst) == syn tcp option maxseg size set %2$d
                  meta nfproto ipv6 tcp flags & (syn | rst) == syn tcp option maxseg size set %3$d
                }
                """.formatted(config.interfaceName(), config.mtu() - TCP_OVER_IPV4, config.mtu() - TCP_OVER_IPV6);
    }

    /** Only inner prefixes: a plain masquerade would rewrite the anycast source too. Never onto the tunnel's own port. */
    private String nat() {
        int port = config.port();
        String elsewhere = port < 32_768 ? "32768-60999" : "1024-32767";
        return """
                chain nat { type nat hook postrouting priority srcnat; policy accept;
                  oifname { "%1$s", "lo" } accept
                  ip saddr %2$s udp sport %4$d masquerade to :%5$s
                  ip6 saddr %3$s udp sport %4$d masquerade to :%5$s
                  ip saddr %2$s masquerade
                  ip6 saddr %3$s masquerade
                }
                """.formatted(config.interfaceName(), config.inner4(), inner6, port, elsewhere);
    }

    /** Commands that add a device's addresses to the sets of a subject, or take them out. */
    String elements(boolean add, int subject, InetAddress inner4, InetAddress inner6) {
        return element(add, subject, inner4) + element(add, subject, inner6);
    }

    private String element(boolean add, int subject, InetAddress address) {
        return (add ? "add" : "delete") + " element inet " + table() + " " + set(subject, Family.of(address)) + " { "
                + address.getHostAddress() + " }\n";
    }

    private static String protocol(Family family) {
        return family == Family.IPV4 ? "ip" : "ip6";
    }
}
