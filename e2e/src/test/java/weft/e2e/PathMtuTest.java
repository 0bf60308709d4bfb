package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import weft.lab.Cities;
import weft.lab.Download;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.Topology;
import weft.lab.Website;
import weft.lab.World;

/**
 * A phone on an access network of 1400 bytes, with the usual tunnel of 1420. What an edge sends is too big for it, and the
 * access router's word of that is led to an edge that has not sent it.
 */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("full")
class PathMtuTest {
    private static final List<String> EDGES = List.of("a1", "a2", "a3", "a4");
    private static final String STEERED = "300";

    private final World world = World.raise(Cities.of(EDGES.size(), 0, 1600, Duration.ofSeconds(30)));
    private final Website website = Website.start(world, 8 << 20);

    @SuppressWarnings("NullAway.Init") // set before all tests
    private Fleet fleet;

    @BeforeAll
    void goOnline() {
        fleet = Fleet.start(world, List.of(WeftProgram.command()));
        fleet.openRegistration();
        Phone.STOCK.connect(world, fleet);
        phone().output("ip", "link", "set", Topology.WIFI, "mtu", "1400");
        world.host(Topology.WIFI).output("ip", "link", "set", Topology.PHONE, "mtu", "1400");
        router().output("ip", "rule", "add", "ipproto", "icmp", "lookup", STEERED);
        router().output("ip", "-6", "rule", "add", "ipproto", "ipv6-icmp", "lookup", STEERED);
        for (String edge : EDGES) {
            world.host(edge).feed("""
                    table inet count {
                      counter errors { }
                      chain in {
                        type filter hook prerouting priority raw;
                        iifname "router-a" icmp type destination-unreachable icmp code frag-needed counter name errors;
                        iifname "router-a" icmpv6 type packet-too-big counter name errors;
                      }
                    }
                    """, "nft", "-f", "-");
        }
    }

    @AfterAll
    void end() {
        world.close();
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    private Host router() {
        return world.host(Cities.router("a"));
    }

    private String holder() {
        String page =
                phone().output("curl", "-4", "-sS", "--fail", "--max-time", "10", "http://" + Topology.V4_NAME + "/");
        InetAddress seen = Website.client(Topology.V4_NAME, page);
        return EDGES.stream()
                .filter(edge -> world.topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the website saw no edge"));
    }

    /** ICMP that is for the anycast address goes to this edge. */
    private void leadErrorsTo(String edge) {
        for (InetAddress anycast : Cities.ANYCAST) {
            InetAddress below = world.topology().addresses(edge).stream()
                    .filter(address -> address.getAddress().length == anycast.getAddress().length)
                    .findFirst()
                    .orElseThrow();
            router().output(
                            "ip",
                            "route",
                            "replace",
                            anycast.getHostAddress(),
                            "via",
                            below.getHostAddress(),
                            "table",
                            STEERED);
        }
    }

    private int errorsAt(String edge) {
        String counter = world.host(edge).output("nft", "list", "counter", "inet", "count", "errors");
        return Integer.parseInt(counter.replaceFirst("(?s).*packets (\\d+) .*", "$1"));
    }

    private long count(String edge, String what) {
        return new JsonMapper()
                .readTree(fleet.status(edge))
                .path("counts")
                .path(what)
                .asLong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.1:2408", "[2001:db8:1::1]:2408"})
    void aDownloadGetsThroughThoughAnotherEdgeHearsThatItsPacketsAreTooBig(String endpoint) {
        String peer = phone().output("wg", "show", "wg0", "peers");
        phone().output("wg", "set", "wg0", "peer", peer, "endpoint", endpoint);
        String holder = holder();
        String other =
                EDGES.stream().filter(edge -> !edge.equals(holder)).findFirst().orElseThrow();
        leadErrorsTo(other);
        int before = errorsAt(other);
        long copied = count(other, "icmp_copied");
        long taken = count(holder, "icmp_taken");
        Download.Result result = Download.start(phone(), "http://" + Topology.DUAL_NAME + "/large")
                .await();
        assertThat(result.sha256()).isEqualTo(website.sha256());
        System.out.printf(
                "%s: %d bytes in %d ms, longest stall %d ms; %d errors came to another edge, which copied %d; the one that"
                        + " sends went by %d%n",
                endpoint,
                result.bytes(),
                result.took().toMillis(),
                result.longestStall().toMillis(),
                errorsAt(other) - before,
                count(other, "icmp_copied") - copied,
                count(holder, "icmp_taken") - taken);
        assertThat(holder()).isEqualTo(holder);
        assertThat(errorsAt(holder)).isZero();
        assertThat(count(other, "icmp_copied")).isGreaterThan(copied);
        assertThat(count(holder, "icmp_taken")).isGreaterThan(taken);
        assertThat(result.longestStall()).isLessThan(Duration.ofSeconds(3));
    }
}
