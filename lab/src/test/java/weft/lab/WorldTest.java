package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final World WORLD = World.raise(Topology.oneCity());

    @AfterAll
    static void end() {
        WORLD.close();
    }

    @Test
    void itIsUpInUnderTwoSeconds() {
        long begun = System.nanoTime();
        try (World another = World.raise(Topology.oneCity())) {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            System.out.println("a world is up in " + took.toMillis() + " ms");
            assertThat(another.alive()).isTrue();
            assertThat(took).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void namesLeadWhereTheyShould() {
        assertThat(resolve("ahostsv4", Topology.V4_NAME)).startsWith("198.51.100.4 ");
        assertThat(resolve("ahostsv6", Topology.V6_NAME)).startsWith("2001:db8:80::6 ");
        assertThat(resolve("ahostsv4", Topology.DUAL_NAME)).startsWith("198.51.100.46 ");
        assertThat(resolve("ahostsv6", Topology.DUAL_NAME)).startsWith("2001:db8:80::46 ");
    }

    @Test
    void wifiHasBothFamiliesAndCellularOnlyOne() {
        assertThat(pings(Topology.V4_NAME)).isTrue();
        assertThat(pings(Topology.V6_NAME)).isTrue();
        WORLD.move(Topology.PHONE, Topology.CELLULAR);
        assertThat(WORLD.network(Topology.PHONE)).isEqualTo(Topology.CELLULAR);
        assertThat(pings(Topology.V4_NAME)).isTrue();
        assertThat(pings(Topology.V6_NAME)).isFalse();
        WORLD.move(Topology.PHONE, Topology.WIFI);
        assertThat(pings(Topology.V6_NAME)).isTrue();
    }

    @Test
    void theInternetKnowsNoWayToWhatIsBehindANat() {
        assertThat(WORLD.host(Topology.INTERNET)
                        .run("ip", "route", "get", "192.168.1.2")
                        .ok())
                .isFalse();
    }

    @Test
    void hostsShareNeitherNamesNorRunDirectoriesNorInterfaces() {
        WORLD.host(Topology.PHONE).write("/run/note", "here");
        assertThat(WORLD.host(Topology.PHONE).output("cat", "/run/note", "/proc/sys/kernel/hostname"))
                .isEqualTo("herephone");
        assertThat(WORLD.host(Topology.WEB).run("cat", "/run/note").ok()).isFalse();
        assertThat(WORLD.host(Topology.WEB).output("ls", "/sys/class/net")).isEqualTo("internet\nlo");
        assertThat(Path.of("/run/note")).doesNotExist();
    }

    @Test
    void aDaemonIsKilledByItsPid() {
        Daemon daemon = WORLD.host(Topology.WEB).start("sleeper", List.of("sh", "-c", "echo up; exec sleep 600"));
        daemon.awaitLine("up", Duration.ofSeconds(5));
        Path process = Path.of("/proc/" + daemon.pid());
        assertThat(process).exists();
        daemon.kill();
        assertThat(daemon.alive()).isFalse();
        assertThat(Files.exists(process)).isFalse();
    }

    @Test
    void aCommandThatFailsIsToldInFull() {
        assertThatThrownBy(() -> WORLD.host(Topology.PHONE).output("ip", "link", "show", "nothing"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("phone: exit status 1 from: ip link show nothing")
                .hasMessageContaining("does not exist");
    }

    @Test
    void whatIsWantedOfAWorldThatIsGoneFailsInWords() {
        World gone = World.raise(Topology.oneCity());
        Host phone = gone.host(Topology.PHONE);
        gone.close();
        for (Runnable wish : List.<Runnable>of(
                () -> phone.run("true"),
                () -> phone.write("/run/note", "here"),
                () -> phone.start("sleeper", List.of("sleep", "600")),
                () -> Website.start(gone, 1))) {
            assertThatThrownBy(wish::run).isInstanceOf(LabException.class).hasMessageContaining("gone");
        }
    }

    private static String resolve(String database, String name) {
        return WORLD.host(Topology.PHONE).output("getent", database, name);
    }

    private static boolean pings(String name) {
        return WORLD.host(Topology.PHONE)
                .run("ping", "-c", "1", "-W", "2", name)
                .ok();
    }
}
