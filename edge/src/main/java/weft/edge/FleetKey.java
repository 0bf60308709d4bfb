package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import weft.netio.Prefix;
import weft.wireguard.Crypto;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** The private key that all edges of a fleet share: a file of mode 0600 with one line of base64, as {@code wg genkey} writes it. */
public final class FleetKey {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final int KEY_SIZE = 32;
    private static final int GLOBAL_ID_SIZE = 5;

    private FleetKey() {}

    /** @throws IOException if it is missing, malformed, or others may read it; never with its content */
    public static PrivateKey read(Path file) throws IOException {
        SecretFiles.demandPrivate(file, "the fleet's key", "(umask 077; weft wg genkey > " + file + ")");
        try {
            return PrivateKey.parse(Files.readString(file).strip());
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    /** Makes a key in a new file. */
    public static void make(Path file) throws IOException {
        byte[] random = new byte[KEY_SIZE];
        new SecureRandom().nextBytes(random);
        try (PrivateKey key = new PrivateKey(random)) {
            byte[] clamped = key.bytes();
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            Files.writeString(file, Base64.getEncoder().encodeToString(clamped) + "\n", StandardOpenOption.WRITE);
            Arrays.fill(clamped, (byte) 0);
        } finally {
            Arrays.fill(random, (byte) 0);
        }
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
