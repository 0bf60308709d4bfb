package weft.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import weft.client.Profile;
import weft.client.StateDirectory;

/**
 * What tells a device from all others.
 *
 * @param token by which it speaks to the registry
 * @param clientId three bytes in base64, as the registry writes them
 * @param inner its addresses in the tunnel
 */
record Identity(String privateKey, String publicKey, String token, String clientId, List<String> inner) {
    /** As our client keeps it. */
    static Identity ofOurs(Path stateDirectory) {
        try {
            Profile profile = new StateDirectory(stateDirectory).profile().orElseThrow();
            return new Identity(
                    profile.privateKey().base64(),
                    profile.publicKey().base64(),
                    profile.token(),
                    profile.config().clientId(),
                    List.of(
                            profile.config().inner().addresses().v4(),
                            profile.config().inner().addresses().v6()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int clientNumber() {
        byte[] bytes = Base64.getDecoder().decode(clientId);
        return ((bytes[0] & 0xff) << 16) | ((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff);
    }
}
