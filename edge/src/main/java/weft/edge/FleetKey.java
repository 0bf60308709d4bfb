package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.UnaryOperator;
import weft.api.DeviceKey;
import weft.netio.Prefix;
import weft.wireguard.Crypto;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** The file with the keys that all edges of a fleet share, of mode 0600: see {@link FleetKeys}. */
public final class FleetKey {
    private static final int GLOBAL_ID_SIZE = 5;

    private FleetKey() {}

    /** @throws IOException if it is missing, malformed, or others may read it; never with its content */
    public static FleetKeys read(Path file) throws IOException {
        SecretFiles.demandPrivate(file, "the fleet's key", "(umask 077; weft wg genkey > " + file + ")");
        try {
            return FleetKeys.parse(Files.readString(file));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    /**
     * Makes a key in a new file.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    public static void make(Path file) throws IOException {
        try (PrivateKey key = random()) {
            byte[] clamped = key.bytes();
            SecretFiles.create(
                    file, (Base64.getEncoder().encodeToString(clamped) + "\n").getBytes(StandardCharsets.US_ASCII));
            Arrays.fill(clamped, (byte) 0);
        }
    }

    private static PrivateKey random() {
        byte[] random = new byte[DeviceKey.SIZE];
        new SecureRandom().nextBytes(random);
        try {
            return new PrivateKey(random);
        } finally {
            Arrays.fill(random, (byte) 0);
        }
    }

    /**
     * Adds a second key, which edges answer to and devices are not told yet.
     *
     * @throws IllegalStateException if there are two
     */
    public static FleetKeys begin(Path file) throws IOException {
        return change(file, keys -> keys.begin(random()));
    }

    /**
     * Puts the next key in the place of the one that devices are told.
     *
     * @throws IllegalStateException if there is no next one
     */
    public static FleetKeys announce(Path file) throws IOException {
        return change(file, FleetKeys::announce);
    }

    /** Strikes the second key, whichever it is. */
    public static FleetKeys end(Path file) throws IOException {
        return change(file, FleetKeys::end);
    }

    private static FleetKeys change(Path file, UnaryOperator<FleetKeys> change) throws IOException {
        FleetKeys changed = change.apply(read(file));
        SecretFiles.replace(file, changed.format().getBytes(StandardCharsets.US_ASCII));
        return changed;
    }

    public static PublicKey publicKey(PrivateKey key) {
        return key.publicKey(Crypto.jdk().curve());
    }

    /**
     * The fleet's own unique local /48 (RFC 4193, section 3.2), its global id drawn from the public key, so that registry
     * and edges agree on it without a word of configuration.
     */
    public static Prefix inner6(PublicKey fleet) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("weft inner6".getBytes(StandardCharsets.US_ASCII));
            byte[] bytes = new byte[16];
            bytes[0] = (byte) 0xfd;
            System.arraycopy(digest.digest(fleet.bytes()), 0, bytes, 1, GLOBAL_ID_SIZE);
            return new Prefix(InetAddress.getByAddress(bytes), 48);
        } catch (NoSuchAlgorithmException | UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
