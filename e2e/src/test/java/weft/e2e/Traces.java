package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import weft.lab.Fleet;
import weft.lab.Host;
import weft.lab.World;

/** What the edges of a fleet say and leave behind, searched for what tells who their clients are. */
final class Traces {
    private static final String DUMPED = "JNI global refs";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final World world;
    private final Fleet fleet;
    private final List<String> edges;
    private final Secrets secrets = new Secrets();

    /** @param edges all of which run, and {@link Written#collect} since their first start */
    Traces(World world, Fleet fleet, List<String> edges) {
        this.world = world;
        this.fleet = fleet;
        this.edges = List.copyOf(edges);
    }

    /** Keys, token, client id, and the addresses that it has inside of the tunnel and outside. */
    void mustNotShow(Identity device) throws IOException {
        secrets.addDevice(device);
        Host edge = world.host(edges.getFirst());
        secrets.addKey("the fleet's key", content(edge, "fleet.key"));
        secrets.add("the fleet's secret", content(edge, "fleet.secret"));
        secrets.add("the edges' token", content(edge, "edge.token"));
        // The two NATs', and the phone's own where nothing translates.
        for (String address : List.of("192.0.2.2", "192.0.2.6", "192.168.1.2", "100.64.0.2", "2001:db8:a:1::2")) {
            secrets.addAddress(address);
        }
        secrets.addAddress("2001:db8:a:1:0:0:0:2");
    }

    private static String content(Host edge, String file) throws IOException {
        return Files.readString(edge.path("/run/weft/" + file)).strip();
    }

    /** In logs, in the fleet's status for people and for programs, in dumps of the running edges, and in all of their files. */
    void areNone() throws IOException, InterruptedException {
        Host first = world.host(edges.getFirst());
        first.write("/run/log/status.txt", fleet.statusText(first.name()));
        first.write("/run/log/bird.conf", fleet.birdConfiguration(first.name()));
        List<Thread> askers = new ArrayList<>();
        for (String edge : edges) {
            askers.add(Thread.startVirtualThread(() -> ask(edge)));
        }
        for (Thread asker : askers) {
            asker.join();
        }
        List<String> found = new ArrayList<>();
        for (String edge : edges) {
            List<Path> files = Written.files(world.host(edge));
            assertThat(files).map(file -> file.getFileName().toString()).contains("edge.log", "status.json");
            assertThat(Files.readString(world.host(edge).path("/run/log/edge.log")))
                    .contains("the city has", DUMPED);
            for (Path file : files) {
                found.addAll(secrets.in(file));
            }
        }
        assertThat(found).isEmpty();
    }

    /** A JVM that gets SIGQUIT prints where its threads are, to its log. */
    private void ask(String edge) {
        Host host = world.host(edge);
        host.write("/run/log/status.json", fleet.status(edge));
        fleet.edge(edge).quit();
        fleet.edge(edge)
                .await("to print its threads", () -> fleet.edge(edge).log().contains(DUMPED), PATIENCE);
    }
}
