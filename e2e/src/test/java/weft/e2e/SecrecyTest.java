package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.lab.Daemon;
import weft.lab.Topology;

/**
 * What registry, edge and a device's daemon say and leave behind, in good times and bad, tells no secrets: no key, token,
 * invite or client id, and no device's address unless the log is at DEBUG.
 */
@Timeout(300)
class SecrecyTest {
    private static final String PHONE = Topology.PHONE;
    private static final List<String> MACHINES = List.of(PHONE, Topology.EDGE, RemoteFleet.REGISTRY);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final Secrets secrets = new Secrets();
    private final List<String> found = new ArrayList<>();

    @Test
    void nothingThatAFleetSaysOrLeavesBehindTellsASecretThoughItSaysAllItCan() throws IOException {
        nothingTellsASecret("DEBUG");
    }

    @Test
    @Tag("full")
    void norIfItSaysWhatItDoesByItself() throws IOException {
        nothingTellsASecret("");
    }

    private void nothingTellsASecret(String level) throws IOException {
        try (RemoteFleet fleet = new RemoteFleet(level)) {
            MACHINES.forEach(machine -> Written.collect(fleet.world.host(machine)));
            live(fleet);
            lookAround(fleet);
            assertThat(found).isEmpty();
        }
    }

    private void lookAround(RemoteFleet fleet) throws IOException {
        List<Path> written = written(fleet);
        assertThat(written)
                .map(file -> file.getFileName().toString())
                .contains("daemon.log", "registry-1.log", "edge-2.log");
        for (Path file : written) {
            found.addAll(secrets.in(file));
        }
    }

    /** A device's life: invited, roaming, disabled and let in again, without a registry, deleted, refused. */
    private void live(RemoteFleet fleet) throws IOException {
        Daemon registry = fleet.startRegistry();
        fleet.startEdge();
        secrets.add(
                "the fleet's key",
                Files.readString(fleet.path(Topology.EDGE, "/run/weft/fleet.key"))
                        .strip());
        for (String token : List.of("admin.token", "edge.token")) {
            secrets.add(
                    token,
                    Files.readString(fleet.path(RemoteFleet.REGISTRY, "/run/weft/registry/" + token))
                            .strip());
        }
        for (String address : List.of("192.0.2.2", "192.0.2.6", "192.168.1.2", "100.64.0.2")) {
            secrets.addAddress(address);
        }
        String invite = fleet.admin("invite", "create");
        secrets.addInvite(invite);
        fleet.device(PHONE, "join", invite.substring(0, invite.length() - 1), "--name", PHONE);
        fleet.device(PHONE, "join", invite, "--name", PHONE).succeeded();
        secrets.addDevice(fleet.path(PHONE, RemoteFleet.STATE));
        assertThat(fleet.goesThroughTheEdge(PHONE, 10)).isTrue();
        fleet.world.move(PHONE, Topology.CELLULAR);
        assertThat(fleet.goesThroughTheEdge(PHONE, 10)).isTrue();

        String id = fleet.id(PHONE);
        fleet.admin("device", "disable", id);
        RemoteFleet.await("cut off", () -> !fleet.goesThroughTheEdge(PHONE, 1), Duration.ofSeconds(10));
        fleet.admin("device", "approve", id);
        RemoteFleet.await("let in again", () -> fleet.goesThroughTheEdge(PHONE, 2), Duration.ofSeconds(45));
        lookAround(fleet); // the daemon begins its log anew with each start
        registry.kill();
        fleet.device(PHONE, "disconnect").succeeded();
        fleet.device(PHONE, "connect").succeeded();
        fleet.startRegistry();
        fleet.admin("device", "delete", id);
        RemoteFleet.await("cut off", () -> !fleet.goesThroughTheEdge(PHONE, 1), Duration.ofSeconds(20));
    }

    private static List<Path> written(RemoteFleet fleet) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String machine : MACHINES) {
            all.addAll(Written.files(fleet.world.host(machine)));
        }
        return all;
    }

    @Test
    void whatIsLookedForIsFound() throws IOException {
        secrets.addClientId("EjRW"); // 0x123456
        secrets.add("a token", "t0ken+");
        secrets.addAddress("192.0.2.2");
        List<String> telling = List.of(
                "client EjRW",
                "id=1193046.",
                "id 0x123456",
                "[18, 52, 86]",
                "Bearer t0ken+",
                "02:00 INFO  from 192.0.2.2:5");
        List<String> harmless =
                List.of("xEjRW", "11930460", "123456a", "02:00:00.000 DEBUG Edge: from 192.0.2.2:5", "192.0.2.25");
        for (String line : telling) {
            assertThat(secrets.in(Files.writeString(directory.resolve("log"), line)))
                    .as(line)
                    .isNotEmpty();
        }
        for (String line : harmless) {
            assertThat(secrets.in(Files.writeString(directory.resolve("log"), line)))
                    .as(line)
                    .isEmpty();
        }
    }
}
