package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.netio.Netlink;
import weft.netio.Tun;

/** What BIRD would see of an edge, in a real kernel's tables. */
@Timeout(60)
class AnycastTest {
    private static final String TABLE = Integer.toString(Anycast.TABLE);

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Tun tun;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Netlink netlink;

    private Anycast anycast() {
        List<InetSocketAddress> listen =
                List.of(new InetSocketAddress("203.0.113.9", 2408), new InetSocketAddress("2001:db8:9::9", 2408));
        return new Anycast(
                netlink,
                EdgeConfig.builder(Path.of("fleet.key"))
                        .listen(listen)
                        .city(new CityConfig(
                                "a1",
                                Path.of("fleet.secret"),
                                listener -> {
                                    throw new IOException("nobody asks");
                                },
                                Path.of("edge.sock")))
                        .build());
    }

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
        tun = world.within("device", () -> Tun.open("weft0", false));
        netlink = world.within("device", Netlink::open);
        netlink.up("weft0");
    }

    @AfterEach
    void tearDown() throws Exception {
        netlink.close();
        tun.close();
        world.close();
    }

    private List<String> routes(String family) throws IOException {
        return world.in("device", "ip", family, "route", "show", "table", "all")
                .lines()
                .filter(line -> line.contains("table " + TABLE))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    private void announced(boolean expected) throws IOException {
        assertThat(routes("-4")).isEqualTo(expected ? List.of("203.0.113.9") : List.of());
        assertThat(routes("-6")).isEqualTo(expected ? List.of("2001:db8:9::9") : List.of());
        assertThat(world.in("device", "ip", "address", "show", "dev", "weft0"))
                .contains("203.0.113.9/32", "2001:db8:9::9/128");
    }

    @Test
    void whatIsWithdrawnIsStillTheEdgesAddress() throws Exception {
        Anycast anycast = anycast();
        anycast.hold();
        announced(false);
        anycast.announce(true);
        anycast.announce(true);
        announced(true);
        anycast.announce(false);
        anycast.announce(false);
        announced(false);
    }

    @Test
    void whatSomebodyElseHasTakenAwayIsAnnouncedAgain() throws Exception {
        Anycast anycast = anycast();
        anycast.hold();
        anycast.announce(true);
        world.in("device", "ip", "route", "del", "203.0.113.9/32", "table", TABLE);
        assertThat(routes("-4")).isEmpty();
        anycast.announce(true);
        announced(true);
    }

    @Test
    void theDeviceTakesItAllAway() throws Exception {
        Anycast anycast = anycast();
        anycast.hold();
        anycast.announce(true);
        tun.close();
        assertThat(routes("-4")).isEmpty();
        assertThat(routes("-6")).isEmpty();
    }
}
