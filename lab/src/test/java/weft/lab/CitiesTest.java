package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CitiesTest {
    private static final InetAddress ANYCAST = Cities.ANYCAST.getFirst();
    private final World world = World.raise(Cities.of(3, 1, 1600, Duration.ofSeconds(30)));

    @BeforeAll
    void everyEdgeHoldsTheAnycastAddresses() {
        for (String edge : new String[] {"a1", "a2", "a3", "b1"}) {
            for (InetAddress address : Cities.ANYCAST) {
                world.host(edge).batch(java.util.List.of("addr add " + Subnet.only(address) + " dev lo"));
            }
        }
    }

    @AfterAll
    void end() {
        world.close();
    }

    private String routes() {
        return world.host(Cities.router("a")).output("ip", "route", "show", ANYCAST.getHostAddress());
    }

    @Test
    void aRouterTakesANextHopOutThatFallsSilentAndBackInWhenItAnswers() throws Exception {
        try (NextHops hops = NextHops.watch(world, Cities.router("a"), Cities.ANYCAST)) {
            assertThat(routes()).contains("a1", "a2", "a3");
            world.cut("a2");
            until(() -> !hops.living().contains("a2"));
            assertThat(routes()).contains("a1", "a3").doesNotContain("a2");
            world.mend("a2");
            until(() -> hops.living().contains("a2"));
            assertThat(routes()).contains("a1", "a2", "a3");
        }
    }

    @Test
    void theOtherCityGetsThePacketsOnceTheRouteLeadsThere() {
        assertThat(world.host(Topology.INTERNET).output("ip", "route", "get", ANYCAST.getHostAddress()))
                .contains("dev router-a");
        world.lead(Topology.INTERNET, Cities.ANYCAST, Cities.router("b"));
        assertThat(world.host(Topology.INTERNET).output("ip", "route", "get", ANYCAST.getHostAddress()))
                .contains("dev router-b");
        assertThat(world.host(Topology.PHONE)
                        .run("ping", "-c", "1", "-W", "2", ANYCAST.getHostAddress())
                        .ok())
                .isTrue();
        world.lead(Topology.INTERNET, Cities.ANYCAST, Cities.router("a"));
    }

    private static void until(java.util.function.BooleanSupplier held) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!held.getAsBoolean()) {
            assertThat(System.nanoTime()).as("five seconds have passed").isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
