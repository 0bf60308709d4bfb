package weft.edge;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import weft.api.Device;
import weft.api.DeviceKey;
import weft.netio.Nftables;

/** The edge's own nftables table, and who is in its sets. One thread's. */
final class Firewall {
    private final Ruleset ruleset;
    private final Map<DeviceKey, Device> present = new HashMap<>();

    Firewall(Ruleset ruleset) {
        this.ruleset = ruleset;
    }

    /** In one transaction; a table that a crash left behind goes with it. */
    void load() throws IOException {
        Nftables.load(ruleset.text());
    }

    void remove() throws IOException {
        Nftables.load(ruleset.removal());
    }

    /** Whether the device is in a set, so that its coming and going matters here. */
    boolean concerns(Device device) {
        return ruleset.subjects().stream().anyMatch(who -> isMeant(who, device));
    }

    /** Before the device's first packet. Takes back what held for it before. */
    void admit(Device device) throws IOException {
        Optional<Device> before = Optional.ofNullable(present.get(device.publicKey()));
        String commands = before.map(known -> elements(false, known)).orElse("") + elements(true, device);
        if (!commands.isEmpty()) {
            Nftables.load(commands);
        }
        if (concerns(device)) {
            present.put(device.publicKey(), device);
        } else {
            present.remove(device.publicKey());
        }
    }

    void dismiss(DeviceKey key) throws IOException {
        Device known = present.remove(key);
        if (known != null) {
            Nftables.load(elements(false, known));
        }
    }

    private String elements(boolean add, Device device) {
        StringBuilder commands = new StringBuilder();
        List<Opening.Who> subjects = ruleset.subjects();
        for (int i = 0; i < subjects.size(); i++) {
            if (isMeant(subjects.get(i), device)) {
                commands.append(ruleset.elements(add, i, device.inner4(), device.inner6()));
            }
        }
        return commands.toString();
    }

    private static boolean isMeant(Opening.Who who, Device device) {
        return switch (who) {
            case Opening.Who.Everyone everyone -> true;
            case Opening.Who.OneDevice(String id) -> device.id().equals(id);
            case Opening.Who.Group(String name) ->
                device.group().filter(name::equals).isPresent();
        };
    }
}
