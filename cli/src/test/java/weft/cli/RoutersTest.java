package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code weft edge bird} makes of weft.toml, without the fleet's key. */
class RoutersTest {
    private static final String FLEET = """
            [fleet]
            members-file = "members.toml"
            [edge]
            name = "a1"
            listen = "203.0.113.1:2408"
            """;
    private static final String BIRD = """
            [edge.bird]
            routers = "203.0.113.65"
            router-asn = 64513
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @BeforeEach
    void members() throws IOException {
        members("a1", "198.51.100.11");
    }

    private void members(String name, String address) throws IOException {
        Files.writeString(
                directory.resolve("members.toml"),
                "[[member]]\nname = \"%s\"\ncity = \"amsterdam\"\naddresses = [\"%s\"]\n".formatted(name, address));
    }

    private String text(String configuration) throws IOException {
        Path file = directory.resolve("weft.toml");
        Files.writeString(file, configuration);
        return Configuration.read(file).bird().text();
    }

    private void refused(String configuration, String... message) {
        assertThatThrownBy(() -> text(configuration))
                .isInstanceOf(CommandException.class)
                .message()
                .contains(message);
    }

    @Test
    void theRouterIdIsTheEdgesAddressAndTheAsNumberAPrivateOne() throws IOException {
        assertThat(text(FLEET + BIRD))
                .contains("router id 198.51.100.11;", "local as 64512;", "neighbor 203.0.113.65 as 64513;");
    }

    @Test
    void allOfThatCanBeSaidOtherwise() throws IOException {
        assertThat(text(FLEET + "interface = \"wf1\"\n" + BIRD + "asn = 4200000001\nrouter-id = \"192.0.2.9\"\n"))
                .contains("router id 192.0.2.9;", "local as 4200000001;", "ifname = \"wf1\"");
    }

    @Test
    void withEtcdTheEdgeKnowsItsOwnAddress() throws IOException {
        assertThat(text("""
                [fleet]
                etcd = "http://192.0.2.1:2379"
                [edge]
                name = "a1"
                city = "amsterdam"
                addresses = "198.51.100.12"
                listen = "203.0.113.1:2408"
                """ + BIRD)).contains("router id 198.51.100.12;");
    }

    @Test
    void whatIsMissingIsTold() throws IOException {
        refused("[edge]\n", "[edge] name: this edge is alone", "Next:");
        refused(FLEET, "[edge] bird: which routers are in front of a1?", "router-asn = 64513");
        refused(FLEET + "[edge.bird]\nrouters = \"203.0.113.65\"\n", "[edge.bird] router-asn:");
        refused(FLEET + "[edge.bird]\nrouter-asn = 64513\n", "[edge.bird] an edge has 1 to 8 routers");
        refused(FLEET.replace("203.0.113.1", "0.0.0.0") + BIRD, "[edge] listen: it names the anycast addresses");
        refused(FLEET + BIRD + "router_id = \"1.2.3.4\"", "there is no such key; did you mean router-id?");
        refused(FLEET + BIRD.replace("203.0.113.65", "router-a"), "[edge.bird] routers:", "\"router-a\"");
        members("a2", "198.51.100.11");
        refused(FLEET + BIRD, "[edge] name: there is no member a1 in ", "members.toml");
        members("a1", "2001:db8::11");
        refused(FLEET + BIRD, "[edge.bird] router-id: a1 has no IPv4 address to take it from");
    }
}
