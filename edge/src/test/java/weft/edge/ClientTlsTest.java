package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in by Debian's etcd, and what is said of files that are wrong. */
class ClientTlsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path shared;

    @SuppressWarnings("NullAway.Init") // set before all
    private static TestAuthority authority;

    @SuppressWarnings("NullAway.Init") // set before all
    private static EtcdConfig.Tls ours;

    @SuppressWarnings("NullAway.Init") // set before all
    private static TestEtcd server;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @BeforeAll
    static void startEtcd() throws Exception {
        authority = new TestAuthority(shared);
        ours = authority.client("ours", "EC");
        server = new TestEtcd(shared, authority.server(), ours);
        server.start();
    }

    @AfterAll
    static void stopEtcd() throws Exception {
        server.kill();
    }

    private static Etcd etcd(EtcdConfig.Tls tls) throws IOException {
        return new Etcd(new EtcdConfig(List.of(server.url()), EtcdConfig.DEFAULT_PREFIX, Optional.of(tls)));
    }

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void aKeyOfEitherKindLetsUsIn(String algorithm) throws Exception {
        try (Etcd etcd = etcd(authority.client("client-" + algorithm, algorithm))) {
            etcd.put("/weft/" + algorithm, "heard", 0);
            assertThat(etcd.range("/weft/").get(algorithm).value()).isEqualTo("heard");
        }
    }

    @Test
    void aClientOfAnotherAuthorityIsRefused() throws Exception {
        EtcdConfig.Tls other = new TestAuthority(directory).client("other", "EC");
        try (Etcd etcd = etcd(new EtcdConfig.Tls(authority.caFile(), other.certificate(), other.key()))) {
            assertThatThrownBy(() -> etcd.range("/weft/")).isInstanceOf(IOException.class);
        }
        try (Etcd etcd = etcd(new EtcdConfig.Tls(other.caFile(), ours.certificate(), ours.key()))) {
            assertThatThrownBy(() -> etcd.range("/weft/"))
                    .as("nor do we believe an etcd of another authority")
                    .hasMessageContaining("PKIX path");
        }
        try (Etcd etcd = etcd(ours)) {
            assertThat(etcd.range("/weft/").revision()).isPositive();
        }
    }

    @Test
    void aKeyInAnotherFormIsAnsweredWithTheCommandThatTurnsIt() throws Exception {
        Path key = file("sec1.key", TestAuthority.pem("EC PRIVATE KEY", new byte[40]));
        assertThatThrownBy(() -> etcd(new EtcdConfig.Tls(authority.caFile(), ours.certificate(), key)))
                .hasMessageContaining("holds a key as \"EC\"")
                .hasMessageContaining("Next: openssl pkcs8 -topk8 -nocrypt -in " + key);
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        Path key = file("open.key", Files.readString(ours.key()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> etcd(new EtcdConfig.Tls(authority.caFile(), ours.certificate(), key)))
                .hasMessageContaining("Next: chmod 600 " + key);
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedBeforeAnyHandshake() throws Exception {
        Path key = new TestAuthority(directory).client("other", "EC").key();
        assertThatThrownBy(() -> etcd(new EtcdConfig.Tls(authority.caFile(), ours.certificate(), key)))
                .hasMessage(key + " is not the key of the certificate in " + ours.certificate());
    }

    @Test
    void filesThatHoldNoCertificateAreNamed() throws Exception {
        Path empty = file("empty.crt", "");
        Path broken = file("broken.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Path missing = directory.resolve("missing.crt");
        for (Path file : List.of(empty, broken, missing)) {
            assertThatThrownBy(() -> etcd(new EtcdConfig.Tls(authority.caFile(), file, ours.key())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
            assertThatThrownBy(() -> etcd(new EtcdConfig.Tls(file, ours.certificate(), ours.key())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
        }
    }
}
