package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.api.TunnelConfig;

/** Client ids and endpoints in the forms in which existing clients take them apart. */
class ViewsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 0xff, 0x100, 0xffff, 0x010203, 0xffffff})
    void aClientIdIsAlwaysThreeBytesMostSignificantFirst(int clientId) {
        byte[] bytes = Base64.getDecoder().decode(Views.reserved(clientId));
        assertThat(bytes).hasSize(3);
        assertThat(((bytes[0] & 0xff) << 16) | ((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff))
                .isEqualTo(clientId);
    }

    /** A fleet of one family, or one that is known by name only. */
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, , , 192.0.2.1:2408, 192.0.2.1:0, [::]:0, 1",
        ", 2001:db8::1, , [2001:db8:0:0:0:0:0:1]:2408, 0.0.0.0:0, [2001:db8:0:0:0:0:0:1]:0, 1",
        "192.0.2.1, 2001:db8::1, , 192.0.2.1:2408, 192.0.2.1:0, [2001:db8:0:0:0:0:0:1]:0, 2",
        ", , weft.example.org, weft.example.org:2408, 0.0.0.0:0, [::]:0, 0"
    })
    void anEndpointIsWholeWhateverTheFleetHas(
            String v4, String v6, String name, String host, String asV4, String asV6, int addresses) throws Exception {
        RegistryConfig.Endpoint announced = new RegistryConfig.Endpoint(
                Optional.ofNullable(v4).map(text -> (Inet4Address) InetAddress.ofLiteral(text)),
                Optional.ofNullable(v6).map(text -> (Inet6Address) InetAddress.ofLiteral(text)),
                Optional.ofNullable(name),
                List.of(2408, 500));
        RegistryConfig config = RegistryConfig.builder(directory, TestRegistry.newKey(), announced)
                .build();

        TunnelConfig.Endpoint shown = Views.endpoint(config.endpoint());

        assertThat(shown.host()).isEqualTo(host);
        assertThat(shown.v4()).isEqualTo(asV4);
        assertThat(shown.v6()).isEqualTo(asV6);
        assertThat(shown.addresses()).as("for our own client").hasSize(addresses);
        // as usque and warp-plus do, who would crash
        assertThat(shown.v4().substring(0, shown.v4().length() - 2)).isNotEmpty();
        assertThat(shown.v6().substring(1, shown.v6().length() - 3)).isNotEmpty();
    }

    @Test
    void theFirstPortIsTheOneOfTheHost() {
        RegistryConfig.Endpoint announced =
                new RegistryConfig.Endpoint(Optional.empty(), Optional.empty(), Optional.of("a"), List.of(500, 2408));
        assertThat(Views.endpoint(announced).host()).isEqualTo("a:500");
    }
}
