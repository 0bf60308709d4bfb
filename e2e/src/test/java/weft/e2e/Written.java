package weft.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import weft.lab.Host;

/** All files that a host of the lab has written, wherever it has put them, but for those that are there to hold secrets. */
final class Written {
    /** Where a program could leave something beside its /run, which is the host's own. */
    private static final String PLACES = "/tmp /var /home /root /opt /srv";

    private static final Set<String> STATE = Set.of(
            "fleet.key",
            "fleet.secret",
            "tls.key",
            "edge.key",
            "edge.token",
            "admin.token",
            "registration.json",
            "weft.toml");

    private Written() {}

    /** Before its programs start: what they write to these places ends in the host's /run, where it can be looked at. */
    static void collect(Host host) {
        host.output("sh", "-ec", """
                for place in %s; do
                  mkdir -p /run/written$place /run/work$place
                  mount -t overlay -o lowerdir=$place,upperdir=/run/written$place,workdir=/run/work$place none $place
                done
                """.formatted(PLACES));
    }

    static List<Path> files(Host host) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String place : List.of("/run/log", "/run/weft", "/run/written")) {
            try (Stream<Path> files = Files.walk(host.path(place))) {
                files.filter(Files::isRegularFile)
                        .filter(Written::shallTellNothing)
                        .forEach(all::add);
            }
        }
        return all;
    }

    /** The database, and the library that its driver unpacks, are no text. */
    private static boolean shallTellNothing(Path file) {
        String name = file.getFileName().toString();
        return !STATE.contains(name) && !name.startsWith("registry.db") && !name.startsWith("sqlite-");
    }
}
