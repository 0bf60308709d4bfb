package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** An authority of keytool's that certifies an etcd on 127.0.0.1 and clients, all in PEM. */
final class TestAuthority {
    private static final String PASSWORD = "changeit";

    private final Path directory;

    TestAuthority(Path directory) throws Exception {
        this.directory = directory;
        make("ca", "EC", "-ext", "bc:c");
        writeCertificates("ca");
    }

    Path caFile() {
        return directory.resolve("ca.crt");
    }

    /** Its gateway is a client of its own, by the same certificate. */
    EtcdConfig.Tls server() throws Exception {
        return certify("server", "EC", "-ext", "SAN=ip:127.0.0.1", "-ext", "eku=serverAuth,clientAuth");
    }

    /** @param algorithm RSA or EC */
    EtcdConfig.Tls client(String name, String algorithm) throws Exception {
        return certify(name, algorithm, "-ext", "eku=clientAuth");
    }

    private EtcdConfig.Tls certify(String name, String algorithm, String... options) throws Exception {
        List<String> all = new ArrayList<>(Arrays.asList(options));
        all.addAll(List.of("-signer", "ca"));
        make(name, algorithm, all.toArray(String[]::new));
        Path key = directory.resolve(name + ".key");
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key,
                pem("PRIVATE KEY", store().getKey(name, PASSWORD.toCharArray()).getEncoded()));
        return new EtcdConfig.Tls(caFile(), writeCertificates(name), key);
    }

    private void make(String name, String algorithm, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", name, "-keyalg", algorithm, "-dname", "CN=" + name));
        command.addAll(List.of("-keystore", directory.resolve("keys.p12").toString(), "-storepass", PASSWORD));
        command.addAll(Arrays.asList(options));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor())
                .as(Files.readString(directory.resolve("keytool.log")))
                .isZero();
    }

    private KeyStore store() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve("keys.p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private Path writeCertificates(String name) throws Exception {
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : store().getCertificateChain(name)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return Files.writeString(directory.resolve(name + ".crt"), chain);
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }
}
