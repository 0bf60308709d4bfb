package weft.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All that a new device needs, in one word without any character that a shell or a chat program minds:
 *
 * <pre>
 * weft://HOST[:PORT]/TOKEN         the registry speaks HTTPS with a certificate that everybody believes
 * weft://HOST[:PORT]/TOKEN/PIN     HTTPS with the certificate whose key has this SHA-256 (RFC 7469), and no other
 * weft+http://HOST[:PORT]/TOKEN    HTTP, for laboratories and for tunnels that protect it
 * </pre>
 *
 * TOKEN is 256 random bits and PIN 256 bits of digest, both as 43 characters of base64url.
 */
public record Invite(URI registry, String token, Optional<String> pin) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final String SECURE = "weft";
    private static final String PLAIN = "weft+http";

    public Invite {
        if (!WORD.matcher(token).matches()) {
            throw new IllegalArgumentException("its token is not 43 letters, digits, - and _");
        }
        if (pin.isPresent() && !WORD.matcher(pin.get()).matches()) {
            throw new IllegalArgumentException("its last part, the pin, is not 43 letters, digits, - and _");
        }
        if (pin.isPresent() && !registry.getScheme().equals("https")) {
            throw new IllegalArgumentException("a pin needs HTTPS");
        }
    }

    /** @throws IllegalArgumentException saying what is wrong, without the token */
    public static Invite parse(String text) {
        try {
            URI uri = new URI(text.strip());
            String scheme = String.valueOf(uri.getScheme());
            if (!scheme.equals(SECURE) && !scheme.equals(PLAIN)) {
                throw new IllegalArgumentException("it does not begin with weft:// or weft+http://");
            }
            if (uri.getHost() == null || uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException("no HOST or HOST:PORT follows weft://");
            }
            if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("there is a ? or # in it");
            }
            String[] path = uri.getRawPath().split("/", -1);
            if (path.length < 2 || path.length > 3) {
                throw new IllegalArgumentException("after the host one TOKEN, and perhaps one PIN, is expected");
            }
            Optional<String> pin = path.length == 3 ? Optional.of(path[2]) : Optional.empty();
            String http = scheme.equals(SECURE) ? "https" : "http";
            return new Invite(new URI(http + "://" + uri.getRawAuthority()), path[1], pin);
        } catch (URISyntaxException e) {
            throw wrong("it is not of the form weft://HOST:PORT/TOKEN");
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    /** What {@link #pin} must be for a registry with that certificate. */
    public static String pinOf(X509Certificate certificate) {
        return Trust.pin(certificate);
    }

    /** The form that {@link #parse} reads. A secret. */
    public String format() {
        return (registry.getScheme().equals("https") ? SECURE : PLAIN) + "://" + registry.getRawAuthority() + "/"
                + token + pin.map(word -> "/" + word).orElse("");
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Invite[" + registry + "]";
    }

    private static IllegalArgumentException wrong(String reason) {
        return new IllegalArgumentException("this is not a whole invite: " + reason
                + ". Copy it again, or ask an admin for a new one (`weft registry invite`)");
    }
}
