package weft.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import weft.api.Invite;
import weft.client.Profile;
import weft.client.StateDirectory;

/** What no log may show, and a search for it. */
final class Secrets {
    private static final String BASE64 = "[A-Za-z0-9+/]";
    private static final String HEX = "[0-9a-fA-F]";
    private static final String DIGIT = "[0-9]";

    private final Map<String, Pattern> everywhere = new LinkedHashMap<>();
    private final Map<String, Pattern> aboveDebug = new LinkedHashMap<>();

    void add(String what, String secret) {
        everywhere.put(what, Pattern.compile(Pattern.quote(secret)));
    }

    void addInvite(String invite) {
        add("the token of invite " + everywhere.size(), Invite.parse(invite).token());
    }

    /** An address of a device, which a log may show at DEBUG only. */
    void addAddress(String address) {
        aboveDebug.put(
                "the address " + address,
                Pattern.compile("(?<![0-9a-fA-F.:])" + Pattern.quote(address) + "(?![0-9a-fA-F])"));
    }

    /** Three bytes in base64: that text, the number, and its bytes, in the forms in which programs print such. */
    void addClientId(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        int number = ((bytes[0] & 0xff) << 16) | ((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff);
        everywhere.put("a client id in base64", alone(Pattern.quote(base64), BASE64));
        everywhere.put("a client id", alone(Integer.toString(number), DIGIT));
        everywhere.put("a client id in hex", alone("(?i:0*" + Integer.toHexString(number) + ")", HEX));
        everywhere.put("a client id's bytes", alone(bytes[0] + ", ?" + bytes[1] + ", ?" + bytes[2], DIGIT));
        everywhere.put(
                "a client id's unsigned bytes",
                alone((bytes[0] & 0xff) + "[ ,]+" + (bytes[1] & 0xff) + "[ ,]+" + (bytes[2] & 0xff), DIGIT));
    }

    private static Pattern alone(String expression, String neighbour) {
        return Pattern.compile("(?<!" + neighbour + ")" + expression + "(?!" + neighbour + ")");
    }

    /** All that a device's stored registration holds. */
    void addDevice(Path stateDirectory) throws IOException {
        Profile profile = new StateDirectory(stateDirectory).profile().orElseThrow();
        add("a device's private key", profile.privateKey().base64());
        add("a device's public key", profile.publicKey().base64());
        add("a device's token", profile.token());
        addClientId(profile.config().clientId());
        addAddress(profile.config().inner().addresses().v4());
        addAddress(profile.config().inner().addresses().v6());
    }

    /** The lines that say too much, each with what it says. */
    List<String> in(Path file) throws IOException {
        List<String> found = new ArrayList<>();
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            everywhere.forEach((what, secret) -> note(found, file, line, what, secret));
            if (!line.contains(" DEBUG ")) {
                aboveDebug.forEach((what, address) -> note(found, file, line, what, address));
            }
        }
        return found;
    }

    private static void note(List<String> found, Path file, String line, String what, Pattern pattern) {
        if (pattern.matcher(line).find()) {
            found.add(file + " shows " + what + ": " + line);
        }
    }
}
