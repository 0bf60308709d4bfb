package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every text that is expected to be good is also parsed by Debian's BIRD. */
class BirdConfigTest {
    private static final List<String> ROUTERS = List.of("203.0.113.65", "2001:db8:1:11::1");
    private static final List<String> ANYCAST = List.of("203.0.113.1", "2001:db8:1::1");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static BirdConfig config(String interfaceName, long asn, List<String> routers, List<String> anycast) {
        return new BirdConfig(
                "a1",
                interfaceName,
                InetAddress.ofLiteral("198.51.100.11"),
                asn,
                4_200_000_513L,
                literals(routers),
                literals(anycast).stream()
                        .map(address -> new InetSocketAddress(address, 2408))
                        .toList());
    }

    private static List<InetAddress> literals(List<String> texts) {
        return texts.stream().map(InetAddress::ofLiteral).toList();
    }

    private String parsed(BirdConfig config) throws IOException {
        Path file = directory.resolve("bird.conf");
        Files.writeString(file, config.text());
        assertThatCode(() -> Command.run(
                        List.of(Command.find("bird").orElseThrow().toString(), "-p", "-c", file.toString())))
                .doesNotThrowAnyException();
        return config.text();
    }

    @Test
    void theTextIsTheGoldenOne() throws IOException {
        try (var golden = BirdConfigTest.class.getResourceAsStream("bird.conf")) {
            assertThat(golden).isNotNull();
            assertThat(parsed(config("weft0", BirdConfig.PRIVATE_ASN, ROUTERS, ANYCAST)))
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void oneFamilyAloneSaysNothingOfTheOther() throws IOException {
        assertThat(parsed(config("weft0", 64_513, List.of("203.0.113.65"), List.of("203.0.113.1"))))
                .contains("ipv4 {")
                .doesNotContain("ipv6");
        assertThat(parsed(config("weft0", 64_513, List.of("2001:db8:1:11::1"), List.of("2001:db8:1::1"))))
                .contains("ipv6 {")
                .doesNotContain("ipv4");
    }

    @Test
    void severalRoutersAreToldTheSame() throws IOException {
        List<String> routers = List.of("203.0.113.65", "203.0.113.69", "2001:db8:1:11::1", "2001:db8:1:12::1");
        assertThat(parsed(config("weft0", 4_294_967_294L, routers, ANYCAST)))
                .contains("protocol bgp router1 {", "protocol bgp router4 {", "local as 4294967294;");
    }

    /** Whatever an interface may be called is a text to BIRD, and no pattern, since it is compared and not matched. */
    @ParameterizedTest
    @ValueSource(strings = {"we.ft-0", "-", "_", "protocol", "0"})
    void anInterfaceMayHaveAnyNameThatAnEdgeTakes(String name) throws IOException {
        EdgeConfig.builder(Path.of("fleet.key")).interfaceName(name).build();
        assertThat(parsed(config(name, 64_512, ROUTERS, ANYCAST))).contains("ifname = \"" + name + "\"");
    }

    /** Nothing but the addresses themselves: each filter names them as whole addresses. */
    @Test
    void everyChannelHasAFilterInBothDirections() {
        String text = config("weft0", 64_512, ROUTERS, ANYCAST).text();
        Stream<String> channels = text.lines().filter(line -> line.strip().matches("ipv[46] \\{.*"));
        assertThat(channels)
                .hasSize(4)
                .allMatch(line -> line.matches(".*(import none; export where|import where .* export none).*"))
                .allMatch(line -> line.contains("net ~ [ 203.0.113.1/32 ]")
                        || line.contains("net ~ [ 2001:db8:1:0:0:0:0:1/128 ]"));
    }

    @Test
    void whatDoesNotFitIsTold() {
        refused(() -> config("weft0", 0, ROUTERS, ANYCAST), "an AS number lies from 1 to 4294967295, unlike 0");
        refused(() -> config("weft0", 1L << 32, ROUTERS, ANYCAST), "unlike 4294967296");
        refused(() -> config("weft0", 1, List.of(), ANYCAST), "1 to 8 routers");
        refused(
                () -> config("weft0", 1, List.of("203.0.113.65"), ANYCAST),
                "addresses of [IPV4, IPV6] are announced, but the routers have [IPV4]");
        refused(() -> config("weft0", 1, ROUTERS, List.of("203.0.113.1")), "the routers have [IPV4, IPV6]");
        refused(() -> config("weft0", 1, ROUTERS, List.of("0.0.0.0")), "no address of its own");
        refused(() -> config("weft0", 1, List.of("203.0.113.65", "fe80::1"), ANYCAST), "no link-local one");
    }

    private static void refused(Runnable made, String message) {
        assertThatThrownBy(made::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
