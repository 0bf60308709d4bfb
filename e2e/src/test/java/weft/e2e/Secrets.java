package weft.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import weft.api.Invite;

/** What no log may show, and a search for it. */
final class Secrets {
    private static final String BASE64 = "[A-Za-z0-9+/]";
    private static final String HEX = "[0-9a-fA-F]";
    private static final String DIGIT = "[0-9]";

    /** Something that must not be there. */
    private record Sought(String what, Pattern pattern) {}

    private final List<Sought> everywhere = new ArrayList<>();
    private final List<Sought> aboveDebug = new ArrayList<>();

    void add(String what, String secret) {
        add(what, Pattern.compile(Pattern.quote(secret)));
    }

    private void add(String what, Pattern pattern) {
        everywhere.add(new Sought(what, pattern));
    }

    /** 32 bytes in base64: that text, in hex, and as they are. */
    void addKey(String what, String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        add(what, base64.replace("=", ""));
        add(what + " in hex", Pattern.compile("(?i)" + HexFormat.of().formatHex(bytes)));
        add(what + " in bytes", new String(bytes, StandardCharsets.ISO_8859_1));
    }

    void addInvite(String invite) {
        add("the token of invite " + everywhere.size(), Invite.parse(invite).token());
    }

    /** An address of a device, which a log may show at DEBUG only. */
    void addAddress(String address) {
        aboveDebug.add(new Sought(
                "the address " + address,
                Pattern.compile("(?<![0-9a-fA-F.:])" + Pattern.quote(address) + "(?![0-9a-fA-F])")));
    }

    /** Three bytes in base64: that text, the number, and its bytes, in the forms in which programs print such. */
    void addClientId(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        int number = ((bytes[0] & 0xff) << 16) | ((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff);
        add("a client id in base64", alone(Pattern.quote(base64), BASE64));
        add("a client id", alone(Integer.toString(number), DIGIT));
        add("a client id in hex", alone("(?i:0*" + Integer.toHexString(number) + ")", HEX));
        add("a client id's bytes", alone(bytes[0] + ", ?" + bytes[1] + ", ?" + bytes[2], DIGIT));
        add(
                "a client id's unsigned bytes",
                alone((bytes[0] & 0xff) + "[ ,]+" + (bytes[1] & 0xff) + "[ ,]+" + (bytes[2] & 0xff), DIGIT));
    }

    private static Pattern alone(String expression, String neighbour) {
        return Pattern.compile("(?<!" + neighbour + ")" + expression + "(?!" + neighbour + ")");
    }

    /** All that a device's stored registration holds. */
    void addDevice(Path stateDirectory) {
        addDevice(Identity.ofOurs(stateDirectory));
    }

    void addDevice(Identity device) {
        addKey("the private key of a device", device.privateKey());
        addKey("the public key of a device", device.publicKey());
        add("the token of a device", device.token());
        addClientId(device.clientId());
        device.inner().forEach(this::addAddress);
    }

    /** The lines that say too much, each with what it says. */
    List<String> in(Path file) throws IOException {
        List<String> found = new ArrayList<>();
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            everywhere.forEach(sought -> note(found, file, line, sought));
            if (!line.contains(" DEBUG ")) {
                aboveDebug.forEach(sought -> note(found, file, line, sought));
            }
        }
        return found;
    }

    private static void note(List<String> found, Path file, String line, Sought sought) {
        if (sought.pattern().matcher(line).find()) {
            found.add(file + " shows " + sought.what() + ": " + line);
        }
    }
}
