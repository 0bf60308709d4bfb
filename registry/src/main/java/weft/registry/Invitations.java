package weft.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import weft.api.Invite;

/** Puts tokens into the words that {@code weft join} takes. */
final class Invitations {
    private final Supplier<URI> url;
    private final Optional<String> pin;

    /** @param bound asked when an invite is written, since only then the port may be known */
    Invitations(RegistryConfig config, Supplier<InetSocketAddress> bound) throws IOException {
        String scheme = config.tls().isPresent() ? "https" : "http";
        url = () -> config.url().orElseGet(() -> url(scheme, bound.get()));
        pin = config.tls().isPresent() ? pin(config.tls().get().certificates()) : Optional.empty();
    }

    String write(String token) {
        URI registry = url.get();
        return new Invite(registry, token, registry.getScheme().equals("https") ? pin : Optional.empty()).format();
    }

    /** A certificate that signs itself is believed by nobody unless the invite vouches for its key. */
    private static Optional<String> pin(Path certificates) throws IOException {
        try (InputStream in = Files.newInputStream(certificates)) {
            X509Certificate own =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            boolean selfSigned = own.getSubjectX500Principal().equals(own.getIssuerX500Principal());
            return selfSigned ? Optional.of(Invite.pinOf(own)) : Optional.empty();
        } catch (CertificateException e) {
            throw new IOException(certificates + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    private static URI url(String scheme, InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        String literal = address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host;
        return URI.create(scheme + "://" + literal + ":" + address.getPort());
    }
}
