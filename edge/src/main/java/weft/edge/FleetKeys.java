package weft.edge;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import weft.netio.Family;
import weft.netio.Prefix;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/**
 * The static keys by which devices know a fleet: one, or two while it goes over from one to another. Edges answer to both.
 * The text of the key file, which {@link FleetKey} reads, has a line for each:
 *
 * <pre>{@code
 * BASE64              the key that devices are told; alone, it is what `wg genkey` writes
 * next BASE64         one that no device is told yet
 * former BASE64       one that devices were told before; never both of these
 * inner6 PREFIX       the fleet's /48, from its first change of keys on
 * }</pre>
 *
 * <p>The inner prefix derives from the first key that a fleet ever had ({@link FleetKey#inner6}) and outlives it: devices keep
 * their addresses. Immutable but for {@link #close}, which zeroes.
 */
public final class FleetKeys implements AutoCloseable {
    private static final String NEXT = "next ";
    private static final String FORMER = "former ";
    private static final String INNER6 = "inner6 ";
    private static final int INNER6_LENGTH = 48;

    private final PrivateKey told;
    private final Optional<PrivateKey> next;
    private final Optional<PrivateKey> former;
    private final Optional<Prefix> inner6;

    private FleetKeys(
            PrivateKey told, Optional<PrivateKey> next, Optional<PrivateKey> former, Optional<Prefix> inner6) {
        this.told = told;
        this.next = next;
        this.former = former;
        this.inner6 = inner6;
    }

    /** @throws IllegalArgumentException that names the line and quotes nothing of it */
    static FleetKeys parse(String text) {
        Optional<PrivateKey> told = Optional.empty();
        Optional<PrivateKey> next = Optional.empty();
        Optional<PrivateKey> former = Optional.empty();
        Optional<Prefix> inner6 = Optional.empty();
        int number = 0;
        for (String untrimmed : text.split("\n", -1)) {
            number++;
            String line = untrimmed.strip();
            try {
                if (line.startsWith(NEXT)) {
                    next = once(next, key(line, NEXT));
                } else if (line.startsWith(FORMER)) {
                    former = once(former, key(line, FORMER));
                } else if (line.startsWith(INNER6)) {
                    inner6 = once(inner6, prefix(line.substring(INNER6.length())));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    told = once(told, PrivateKey.parse(line));
                }
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("line " + number + ": " + wrong.getMessage());
            }
        }
        if (next.isPresent() && former.isPresent()) {
            throw new IllegalArgumentException("two keys are valid at once, and there are three");
        }
        if (former.isPresent() && inner6.isEmpty()) {
            throw new IllegalArgumentException(
                    "beside a former key there has to be a line inner6: devices keep the addresses that they had by that key");
        }
        return new FleetKeys(
                told.orElseThrow(() -> new IllegalArgumentException("there is no key that devices are told")),
                next,
                former,
                inner6);
    }

    private static PrivateKey key(String line, String role) {
        return PrivateKey.parse(line.substring(role.length()));
    }

    private static Prefix prefix(String text) {
        try {
            Prefix prefix = Prefix.parse(text.strip());
            if (prefix.family() == Family.IPV6 && prefix.length() == INNER6_LENGTH) {
                return prefix;
            }
        } catch (IllegalArgumentException malformed) {
            // said below
        }
        throw new IllegalArgumentException("after inner6, a prefix such as fd12:3456:789a::/48 is expected");
    }

    private static <T> Optional<T> once(Optional<T> before, T now) {
        if (before.isPresent()) {
            throw new IllegalArgumentException("there is a line of that kind before");
        }
        return Optional.of(now);
    }

    /** The text that {@link #parse} reads. */
    String format() {
        StringBuilder text = new StringBuilder(base64(told)).append('\n');
        next.ifPresent(key -> text.append(NEXT).append(base64(key)).append('\n'));
        former.ifPresent(key -> text.append(FORMER).append(base64(key)).append('\n'));
        inner6.ifPresent(prefix -> text.append(INNER6).append(prefix).append('\n'));
        return text.toString();
    }

    private static String base64(PrivateKey key) {
        return Base64.getEncoder().encodeToString(key.bytes());
    }

    /** The one that devices are told. */
    public PublicKey publicKey() {
        return FleetKey.publicKey(told);
    }

    /** What will take its place. */
    public Optional<PublicKey> next() {
        return next.map(FleetKey::publicKey);
    }

    /** What it took the place of. */
    public Optional<PublicKey> former() {
        return former.map(FleetKey::publicKey);
    }

    /** Those that edges answer to: one or two, the one that devices are told first. Not copies. */
    List<PrivateKey> all() {
        return Stream.of(Optional.of(told), next, former)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The fleet's unique local /48. */
    public Prefix inner6() {
        return inner6.orElseGet(() -> FleetKey.inner6(publicKey()));
    }

    /**
     * With a second key, of which no device is told yet.
     *
     * @throws IllegalStateException if there are two
     */
    FleetKeys begin(PrivateKey second) {
        if (all().size() > 1) {
            throw new IllegalStateException("there are two keys already");
        }
        return new FleetKeys(told, Optional.of(second), Optional.empty(), Optional.of(inner6()));
    }

    /**
     * Devices are told the next key from now on.
     *
     * @throws IllegalStateException if there is none
     */
    FleetKeys announce() {
        PrivateKey second = next.orElseThrow(() -> new IllegalStateException("there is no next key"));
        return new FleetKeys(second, Optional.empty(), Optional.of(told), Optional.of(inner6()));
    }

    /** Without the second key, whichever it is. */
    FleetKeys end() {
        return new FleetKeys(told, Optional.empty(), Optional.empty(), inner6);
    }

    @Override
    public void close() {
        all().forEach(PrivateKey::close);
    }

    /** No key. */
    @Override
    public String toString() {
        return "FleetKeys";
    }
}
