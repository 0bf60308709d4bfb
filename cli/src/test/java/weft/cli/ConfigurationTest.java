package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.edge.EdgeConfig;
import weft.edge.FleetKey;
import weft.edge.Opening;
import weft.edge.Passages;
import weft.netio.Prefix;
import weft.registry.RegistryConfig;

class ConfigurationTest {
    private static final String LEAST = """
            [fleet]
            key-file = "fleet.key"
            endpoints = ["203.0.113.1:2408", "[2001:db8:1::1]:2408"]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Configuration read(String text) throws IOException {
        Path file = directory.resolve("weft.toml");
        Files.writeString(file, text);
        Path key = directory.resolve("fleet.key");
        if (Files.notExists(key)) {
            FleetKey.make(key);
        }
        return Configuration.read(file);
    }

    @Test
    void theLeastFormHasADefaultForAllElse() throws IOException {
        Configuration configuration = read(LEAST);
        EdgeConfig edge = configuration.edge();
        assertThat(edge.interfaceName()).isEqualTo("weft0");
        assertThat(edge.mtu()).isEqualTo(1420);
        assertThat(edge.nat()).isTrue();
        assertThat(edge.listen()).allMatch(address -> address.getAddress().isAnyLocalAddress());
        assertThat(edge.keyFile()).isEqualTo(directory.resolve("fleet.key"));
        RegistryConfig registry = configuration.registry();
        assertThat(registry.endpoint().v4()).isPresent();
        assertThat(registry.endpoint().v6()).isPresent();
        assertThat(registry.endpoint().ports()).containsExactly(2408);
    }

    @Test
    void registryAndEdgeAgreeOnInnerPrefixesWithoutAWord() throws IOException {
        Configuration configuration = read(LEAST);
        String edge = configuration.edge().inner6().orElseThrow().toString();
        assertThat(configuration.registry().inner6().orElseThrow()).hasToString(edge);
        assertThat(edge).startsWith("fd").endsWith("/48");
    }

    @Test
    void aRegistryThatListensEverywhereIsInvitedToWhereTheEdgesAre() throws IOException {
        RegistryConfig registry =
                read(LEAST + "[registry]\nlisten = \"0.0.0.0:8470\"").registry();
        assertThat(registry.url()).contains(URI.create("http://203.0.113.1:8470"));
    }

    @Test
    void everyKeyIsHeard() throws IOException {
        EdgeConfig edge = read(LEAST + """
                inner4 = "100.64.0.0/16"
                inner6 = "fd77::/48"
                [edge]
                interface = "weft7"
                listen = ["192.0.2.1:500", "[2001:db8::1]:500"]
                nat = false
                mtu = 1380
                offload = false
                shards = 4
                peers = 10
                idle = "5m"
                [[edge.open]]
                who = "group:staff"
                to = "10.0.0.0/24"
                ports = ["tcp/22", "udp/5000-5100"]
                [[edge.open]]
                who = "all"
                to = "fd09::1"
                """).edge();
        assertThat(edge.interfaceName()).isEqualTo("weft7");
        assertThat(edge.listen())
                .containsExactly(new InetSocketAddress("192.0.2.1", 500), new InetSocketAddress("2001:db8::1", 500));
        assertThat(edge.nat()).isFalse();
        assertThat(edge.mtu()).isEqualTo(1380);
        assertThat(edge.offload()).isFalse();
        assertThat(edge.shards()).isEqualTo(4);
        assertThat(edge.inner4()).isEqualTo(Prefix.parse("100.64.0.0/16"));
        assertThat(edge.bounds().peers()).isEqualTo(10);
        assertThat(edge.bounds().idle()).isEqualTo(Duration.ofMinutes(5));
        assertThat(edge.openings())
                .containsExactly(
                        new Opening(
                                new Opening.Who.Group("staff"),
                                Prefix.parse("10.0.0.0/24"),
                                List.of(
                                        new Opening.Ports(Opening.Protocol.TCP, 22, 22),
                                        new Opening.Ports(Opening.Protocol.UDP, 5000, 5100))),
                        new Opening(new Opening.Who.Everyone(), Prefix.parse("fd09::1"), List.of()));
    }

    @Test
    void otherFirewallsMustLetInWhatIsNotForThisMachineAlone() throws IOException {
        assertThat(read(LEAST).passages()).isEqualTo(Passages.DEFAULT);
        String here = LEAST.replace("2408", "4500") + """
                [edge]
                interface = "weft7"
                [registry]
                listen = ["192.0.2.1:443", "[2001:db8::1]:443", "127.0.0.1:8470"]
                """;
        Passages passages = new Passages("weft7", 4500, List.of(443));
        assertThat(read(here).passages()).isEqualTo(passages);
        assertThat(read(here).edgeBesideRegistry().passages()).isEqualTo(passages);
        String elsewhere = here.replace("\"weft7\"", "\"weft7\"\nregistry = \"https://registry.example.net\"");
        assertThat(read(elsewhere).passages()).isEqualTo(new Passages("weft7", 4500, List.of()));
        assertThat(read(elsewhere).edge().passages()).isEqualTo(new Passages("weft7", 4500, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interfase = \"weft7\"      | weft.toml:5: [edge] interfase: there is no such key; did you mean interface?",
                "mtu = \"1420\"             | weft.toml:5: [edge] mtu: a whole number is expected",
                "mtu = 900                  | [edge] the MTU lies from 1280",
                "listen = \"localhost:500\" | weft.toml:5: [edge] listen: an IP address is expected, not a name: \"localhost:500\"",
                "idle = \"soon\"            | weft.toml:5: [edge] idle: a time such as 90s, 10m, 2h or 7d is expected",
                "nat = yes                  | weft.toml:5:",
                "shards = 3                 | [edge] there are 1, 2, 4 or 8 shards, not 3",
            })
    void whatIsWrongIsToldWithItsPlaceAndReason(String line, String message) {
        assertThatThrownBy(() -> read(LEAST + "[edge]\n" + line).edge())
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whereARegistryIsIsAWholeAddress() throws IOException {
        String wrong = "https://HOST:PORT or http://HOST:PORT is expected: \"registry.example.net\"";
        Configuration edge = read(LEAST + "[edge]\nregistry = \"registry.example.net\"");
        assertThatThrownBy(edge::registryAccess).hasMessageContaining("weft.toml:5: [edge] registry: " + wrong);
        Configuration registry = read(LEAST + "[registry]\nurl = \"registry.example.net\"");
        assertThatThrownBy(registry::registry).hasMessageContaining("weft.toml:5: [registry] url: " + wrong);
        assertThat(Weft.run("registration", "new", "--registry", "registry.example.net"))
                .isEqualTo(2);
    }

    @Test
    void aMissingFileIsAnsweredWithTheLeastForm() {
        assertThatThrownBy(() -> Configuration.read(directory.resolve("none.toml")))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("[fleet]");
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        Configuration configuration = read(LEAST);
        Path key = directory.resolve("fleet.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(configuration::edge).hasMessageContaining("chmod 600");
    }
}
