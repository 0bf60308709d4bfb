package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.api.AdminClient;
import weft.api.Invite;
import weft.api.InviteRequest;
import weft.api.RegistryClient;

/** HTTPS with a certificate of keytool's that signs itself. */
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path directory;

    private KeyStore keys = emptyStore();

    private static KeyStore emptyStore() {
        try {
            return KeyStore.getInstance("PKCS12");
        } catch (java.security.KeyStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path certificate() {
        return directory.resolve("tls.crt");
    }

    private Path key() {
        return directory.resolve("tls.key");
    }

    @BeforeEach
    void makeCertificate() throws Exception {
        makeCertificate("ip:127.0.0.1");
    }

    private void makeCertificate(String name) throws Exception {
        Path store = directory.resolve("tls.p12");
        Files.deleteIfExists(store);
        Files.deleteIfExists(key());
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "tls",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=registry",
                        "-ext",
                        "SAN=" + name,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Files.writeString(
                certificate(), pem("CERTIFICATE", keys.getCertificate("tls").getEncoded()));
        Files.createFile(key(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key(), pem("PRIVATE KEY", keys.getKey("tls", PASSWORD).getEncoded()));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    private Registry start() throws IOException {
        return new Registry(
                        TestRegistry.config(directory).tls(certificate(), key()).build())
                .start();
    }

    private static URI url(InetSocketAddress address) {
        return URI.create("https://127.0.0.1:" + address.getPort());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsOfTlsAreSpoken(String version) throws Exception {
        KeyStore trusted = emptyStore();
        trusted.load(null, null);
        Certificate own = keys.getCertificate("tls");
        trusted.setCertificateEntry("tls", own);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Registry registry = start();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(context)
                        .sslParameters(new SSLParameters(null, new String[] {version}))
                        .build()) {
            URI path = url(registry.boundAddress()).resolve("/v0a1/client_config");
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(path).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(version);
        }
    }

    /** The JDK's client no longer offers the old versions, so the greeting is written by hand (RFC 5246, section 7.4.1.2). */
    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, true"})
    void versionsOfTlsBefore12AreRefused(int minorVersion, boolean spoken) throws Exception {
        try (Registry registry = start();
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        registry.boundAddress().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(clientHello(minorVersion));
            byte[] answer = socket.getInputStream().readNBytes(7);
            if (spoken) {
                assertThat(answer[0]).as("handshake").isEqualTo((byte) 22);
                assertThat(answer[5]).as("ServerHello").isEqualTo((byte) 2);
            } else {
                assertThat(answer[0]).as("alert").isEqualTo((byte) 21);
                assertThat(answer[5]).as("fatal").isEqualTo((byte) 2);
                assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
            }
        }
    }

    /** With ciphers of TLS 1.0 and of 1.2, and curve P-256, which is the certificate's. */
    private static byte[] clientHello(int minorVersion) {
        ByteBuffer hello = ByteBuffer.allocate(256);
        hello.put(HexFormat.of().parseHex("160301" + "0000" + "01" + "000000" + "03"))
                .put((byte) minorVersion)
                .put(new byte[32])
                .put((byte) 0)
                .put(HexFormat.of().parseHex("0006" + "c00a" + "c02c" + "c02b" + "0100"));
        byte[] extensions = HexFormat.of()
                .parseHex("000a" + "0004" + "0002" + "0017" + "000b" + "0002" + "0100" + "000d" + "0006" + "0004"
                        + "0403" + "0401");
        hello.putShort((short) extensions.length).put(extensions);
        int length = hello.position();
        hello.putShort(3, (short) (length - 5)).putShort(7, (short) (length - 9));
        return Arrays.copyOf(hello.array(), length);
    }

    @Test
    void anInviteVouchesForACertificateThatSignsItself() throws Exception {
        try (Registry registry = start();
                AdminClient admin = new AdminClient(
                        url(registry.adminAddress()),
                        Files.readString(directory.resolve("admin.token")).strip(),
                        Optional.of(certificate()))) {
            Invite invite =
                    Invite.parse(admin.invite(InviteRequest.simple()).invite().orElseThrow());
            assertThat(invite.pin()).isPresent();
            try (RegistryClient client = RegistryClient.of(invite)) {
                assertThat(client.register(TestRegistry.request(TestRegistry.newKey()), Optional.of(invite.token()))
                                .enabled())
                        .isTrue();
            }
            Invite forged = new Invite(invite.registry(), invite.token(), Optional.of("A".repeat(43)));
            try (RegistryClient client = RegistryClient.of(forged)) {
                assertThatThrownBy(client::clientConfig).hasMessageContaining("another key than its invite");
            }
        }
    }

    /** Devices know it by its name; its admin comes in by loopback. */
    @Test
    void anAdminNeedsNoCertificateThatIsForLoopback() throws Exception {
        makeCertificate("dns:registry.example.net");
        try (Registry registry = start()) {
            String token = Files.readString(directory.resolve("admin.token")).strip();
            URI address = url(registry.adminAddress());
            try (AdminClient admin = new AdminClient(address, token, Optional.of(certificate()))) {
                assertThat(admin.window().until()).isEmpty();
            }
            makeCertificate("dns:registry.example.net");
            try (AdminClient misled = new AdminClient(address, token, Optional.of(certificate()))) {
                assertThatThrownBy(misled::window).hasMessageContaining("another key");
            }
        }
    }

    @Test
    void aClientWithoutTheCertificateRefusesAndSaysWhatToDo() throws IOException {
        try (Registry registry = start();
                RegistryClient client =
                        RegistryClient.builder(url(registry.boundAddress())).build()) {
            assertThatThrownBy(client::clientConfig)
                    .hasCauseInstanceOf(SSLException.class)
                    .hasMessageContaining("Next: name its certificate");
        }
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessageContaining("chmod 600");
    }

    @Test
    void theAdminApiIsNotServedInTheClearBeyondLoopback() {
        assertThatThrownBy(() -> TestRegistry.config(directory)
                        .adminListen(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 8471))
                        .build())
                .hasMessageContaining("in the clear");
    }
}
