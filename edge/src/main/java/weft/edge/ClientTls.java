package weft.edge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS in which both sides show a certificate, from PEM files (RFC 7468). */
final class ClientTls {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END \\1PRIVATE KEY-----");

    private ClientTls() {}

    /** @throws IOException saying which file is wrong, and how */
    static SSLContext context(EtcdConfig.Tls files) throws IOException {
        List<X509Certificate> chain = certificates(files.certificate(), "our certificate for etcd");
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key = key(files.key(), publicKey.getAlgorithm());
        try {
            demandPair(key, publicKey, files);
            char[] none = new char[0];
            KeyStore ours = empty();
            ours.setKeyEntry("ours", key, none, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(ours, none);
            KeyStore authorities = empty();
            for (X509Certificate authority : certificates(files.caFile(), "etcd's authority")) {
                authorities.setCertificateEntry("ca-" + authorities.size(), authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS to etcd: " + e.getMessage(), e);
        }
    }

    /** Two equal ones: nothing has changed in the files between. */
    static List<FileTime> lastChanges(EtcdConfig.Tls files) throws IOException {
        List<FileTime> changes = new ArrayList<>();
        for (Path file : List.of(files.caFile(), files.certificate(), files.key())) {
            changes.add(Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0));
        }
        return changes;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> certificates(Path file, String what) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw new IOException(file + " shall hold " + what + " in PEM, but there is no certificate in it");
            }
            return all;
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + file + ", which shall hold " + what + " in PEM", missing);
        } catch (CertificateException e) {
            throw new IOException(file + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file, String algorithm) throws IOException {
        String toPkcs8 = "\nNext: openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW-FILE";
        SecretFiles.demandPrivate(
                file, "our key for etcd", "have the certificate's key there, in PEM (PKCS#8), of mode 0600");
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IOException(file + " holds no private key in PEM (PKCS#8)");
        }
        if (!pem.group(1).isEmpty()) {
            throw new IOException(file + " holds a key as \"" + pem.group(1).strip()
                    + "\"; what is read is PKCS#8 without a password" + toPkcs8);
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            throw new IOException(file + " holds no " + algorithm + " key, which the certificate is for", e);
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate for a key of " + algorithm + " cannot be used", e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /** Else the handshake would fail with words that help nobody. */
    private static void demandPair(PrivateKey key, PublicKey publicKey, EtcdConfig.Tls files)
            throws GeneralSecurityException, IOException {
        byte[] sample = {1};
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                });
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(sample);
        if (!signature.verify(signed)) {
            throw new IOException(files.key() + " is not the key of the certificate in " + files.certificate());
        }
    }
}
