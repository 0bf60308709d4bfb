package weft.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Whom an HTTPS client believes: the JDK's authorities, those and a file's, or one pinned key and nobody else. */
final class Trust {
    private Trust() {}

    static SSLContext context(Optional<Path> caFile, Optional<String> pin) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            if (pin.isPresent()) {
                context.init(null, new TrustManager[] {new Pinned(pin.get())}, null);
            } else if (caFile.isPresent()) {
                context.init(null, authorities(caFile.get()), null);
            } else {
                context.init(null, null, null);
            }
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] authorities(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int entry = 0;
        for (TrustManager manager : managers(Optional.empty())) {
            for (X509Certificate known : ((X509TrustManager) manager).getAcceptedIssuers()) {
                store.setCertificateEntry("known-" + entry++, known);
            }
        }
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate extra : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("extra-" + entry++, extra);
            }
        } catch (CertificateException e) {
            throw new IOException(file + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
        return managers(Optional.of(store));
    }

    private static TrustManager[] managers(Optional<KeyStore> store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store.orElse(null));
        return factory.getTrustManagers();
    }

    /** SHA-256 of the SubjectPublicKeyInfo (RFC 7469, section 2.4), base64url without padding: 43 characters. */
    static String pin(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The pin of the first certificate in a PEM file, which is the server's own. */
    static String pin(Path certificates) throws IOException {
        try (InputStream in = Files.newInputStream(certificates)) {
            return pin((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        } catch (CertificateException e) {
            throw new IOException(certificates + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    /** The server is whoever holds that key; its name, issuer and dates say nothing more. */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final String pin;

        Pinned(String pin) {
            this.pin = pin;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            byte[] seen = pin(chain[0]).getBytes(StandardCharsets.US_ASCII);
            if (!MessageDigest.isEqual(seen, pin.getBytes(StandardCharsets.US_ASCII))) {
                throw new CertificateException(
                        "the registry shows another key than its invite or certificate file says");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
