package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.edge.CityConfig;
import weft.edge.EtcdMembers;
import weft.edge.FleetKey;

class MembershipTest {
    private static final String FLEET = """
            [fleet]
            key-file = "fleet.key"
            endpoints = ["203.0.113.1:2408"]
            """;
    private static final String EDGE = """
            [edge]
            name = "a1"
            city = "amsterdam"
            addresses = ["198.51.100.11", "2001:db8::11"]
            weight = 2
            """;
    private static final String ETCD = """
            etcd = ["https://192.0.2.1:2379", "https://etcd.example.net:2379"]
            etcd-ca-file = "ca.crt"
            etcd-certificate = "a1.crt"
            etcd-key = "a1.key"
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Optional<CityConfig> city(String text) throws IOException {
        Path file = directory.resolve("weft.toml");
        Files.writeString(file, text);
        if (Files.notExists(directory.resolve("fleet.key"))) {
            FleetKey.make(directory.resolve("fleet.key"));
        }
        return Configuration.read(file).edge().city();
    }

    @Test
    void anEdgeIsAloneOrHasItsListInAFileOrInEtcd() throws IOException {
        assertThat(city(FLEET)).isEmpty();
        assertThat(city(FLEET + "members-file = \"members.toml\"\n[edge]\nname = \"a1\"")
                        .orElseThrow()
                        .members())
                .isInstanceOf(MembersFile.class);
        CityConfig byEtcd =
                city(FLEET + ETCD + "etcd-prefix = \"/fleet-2/\"\n" + EDGE).orElseThrow();
        assertThat(byEtcd.members()).isInstanceOf(EtcdMembers.class);
        assertThat(byEtcd.name()).isEqualTo("a1");
        assertThat(city(FLEET + "etcd = \"http://[::1]:2379\"\n" + EDGE)
                        .orElseThrow()
                        .members())
                .isInstanceOf(EtcdMembers.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "members-file = \"members.toml\"     | weft.toml:4: [fleet] etcd: the edges are listed either in etcd or in a members-file",
                "etcd-prefix = \"weft\"              | weft.toml:8: [fleet] etcd-prefix: a prefix of keys looks like /weft/",
                "etcd-prefix = \"/we ft/\"           | : \"/we ft/\"",
            })
    void whatDoesNotGoWithEtcdIsTold(String line, String message) {
        assertThatThrownBy(() -> city(FLEET + ETCD + line + "\n" + EDGE))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://192.0.2.1           | an endpoint of etcd looks like https://HOST:2379: \"https://192.0.2.1\"",
                "192.0.2.1:2379              | an endpoint of etcd looks like https://HOST:2379: \"192.0.2.1:2379\"",
                "https://192.0.2.1:2379/v3   | an endpoint of etcd looks like",
                "https://me@192.0.2.1:2379   | an endpoint of etcd looks like",
                "http://192.0.2.1:2379       | etcd is reached by https; http is for an address of this machine's loopback alone: \"http://192.0.2.1:2379\"",
                "http://localhost:2379       | etcd is reached by https",
                "https://192.0.2.1:2379      | etcd-ca-file: whose certificates does etcd show? A file in PEM is expected",
            })
    void anEndpointIsHttpsWithCertificatesOrOnLoopback(String endpoint, String message) {
        assertThatThrownBy(() -> city(FLEET + "etcd = \"" + endpoint + "\"\n" + EDGE))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("[fleet] etcd")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = \"a1\" \\n addresses = [\"192.0.2.1\"]                      | [edge] city: where is a1?",
                "name = \"a1\" \\n city = \"a\"                                     | [edge] addresses: where do other edges reach a1?",
                "name = \"a1\" \\n city = \"a\" \\n addresses = [\"edge\"]          | [edge] addresses: an IP address is expected: \"edge\"",
                "name = \"a 1\" \\n city = \"a\" \\n addresses = [\"192.0.2.1\"]    | [edge] an edge's name has 1 to 63",
                "city = \"a\" \\n addresses = [\"192.0.2.1\"]                       | [edge] name goes together with [fleet] members-file or etcd",
            })
    void whatAnEdgeSaysOfItselfIsChecked(String edge, String message) {
        assertThatThrownBy(() -> city(FLEET + ETCD + "[edge]\n" + edge.replace("\\n", "\n")))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatBelongsToEtcdIsRefusedWithoutIt() {
        assertThatThrownBy(() -> city(FLEET + "members-file = \"members.toml\"\n" + EDGE))
                .hasMessageContaining("weft.toml:8: [edge] addresses: this belongs to [fleet] etcd, which is missing");
        assertThatThrownBy(() -> city(FLEET + "etcd-key = \"a1.key\""))
                .hasMessageContaining("weft.toml:4: [fleet] etcd-key: this belongs to etcd");
    }
}
