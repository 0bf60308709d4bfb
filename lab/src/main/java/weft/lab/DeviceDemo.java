package weft.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A device goes online: it registers, connects, and loads pages through an edge while its network changes under it. */
final class DeviceDemo implements Scenario {
    private static final int RATE = 4 << 20;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STUCK = Duration.ofSeconds(20);

    private final WeftCommands weft;
    private Optional<World> raised = Optional.empty();
    private Optional<Website> opened = Optional.empty();

    /** @param program what starts Weft, with all but its arguments */
    DeviceDemo(List<String> program) {
        weft = new WeftCommands(program);
    }

    @Override
    public Optional<World> world() {
        return raised;
    }

    @Override
    public void close() {
        raised.ifPresent(World::close);
    }

    @Override
    public List<Step> steps() {
        return List.of(
                new Step(
                        "world",
                        "A phone behind two NATs, a router, an edge and an Internet side come up",
                        this::raise),
                new Step("serve", "Registry and edge start as one process", this::serve),
                new Step("register", "The phone registers while the registration window is open", this::register),
                new Step("connect", "The phone connects", this::connect),
                new Step("pages", "Pages over IPv4 and IPv6 come through the edge", this::pages),
                new Step("move", "The phone changes from Wi-Fi to cellular in mid-download", this::move),
                new Step("ipv6-over-ipv4", "IPv6 works on an access network that has none", this::ipv6OverIpv4),
                new Step("rebind", "The NAT forgets the phone in mid-download", this::rebind),
                new Step("disconnect", "The phone disconnects and goes its own way", this::disconnect));
    }

    private void raise(Step.Figures figures) {
        Readiness.demand(Readiness.DEMO_TOOLS);
        long begun = System.nanoTime();
        raised = Optional.of(World.raise(Topology.oneCity()));
        figures.put("up_ms", Step.millisSince(begun));
        figures.put("hosts", here().topology().nodes().size());
        opened = Optional.of(Website.start(here(), RATE));
    }

    private void serve(Step.Figures figures) {
        Host edge = edge();
        edge.write(WeftCommands.KEY_FILE, edge.output(weft.newKey()) + "\n");
        secret(edge.path(WeftCommands.KEY_FILE));
        edge.write(WeftCommands.CONFIGURATION_FILE, WeftCommands.configuration());
        long begun = System.nanoTime();
        Daemon serve = edge.start("weft-serve", weft.serve());
        serve.awaitLine(WeftCommands.READY, START);
        figures.put("ready_ms", Step.millisSince(begun));
        figures.put("rss_mb", serve.residentBytes() >> 20);
    }

    private void register(Step.Figures figures) {
        edge().output(weft.openRegistration());
        figures.put("register_ms", timed(weft.register()));
    }

    private void connect(Step.Figures figures) {
        figures.put("connect_ms", timed(weft.connect()));
    }

    private void pages(Step.Figures figures) {
        page(Topology.V4_NAME, "-4", figures);
        page(Topology.V6_NAME, "-6", figures);
        page(Topology.DUAL_NAME, "-4", figures);
        page(Topology.DUAL_NAME, "-6", figures);
    }

    private void move(Step.Figures figures) {
        whileDownloading(figures, () -> here().move(Topology.PHONE, Topology.CELLULAR));
    }

    private void ipv6OverIpv4(Step.Figures figures) {
        String url = "http://" + Topology.V6_NAME + "/";
        Step.demand(
                !phone().run("curl", "-sS", "--max-time", "2", "--interface", Topology.CELLULAR, url)
                        .ok(),
                "The cellular network carries IPv6 without the tunnel, so this shows nothing.");
        page(Topology.V6_NAME, "-6", figures);
    }

    private void rebind(Step.Figures figures) {
        whileDownloading(figures, () -> here().rebind(here().network(Topology.PHONE)));
    }

    private void disconnect(Step.Figures figures) {
        figures.put("disconnect_ms", timed(weft.disconnect()));
        String page = fetch(Topology.V4_NAME, "-4");
        seenAs(Topology.CELLULAR, Topology.V4_NAME, page);
    }

    /** The disturbance comes when a quarter has arrived. */
    private void whileDownloading(Step.Figures figures, Runnable disturbance) {
        Download download = Download.start(phone(), "http://" + Topology.DUAL_NAME + "/large");
        download.awaitReceived(Website.LARGE / 4, STUCK);
        figures.put("disturbed_at_bytes", download.received());
        disturbance.run();
        Download.Result result = download.await();
        figures.put("bytes", result.bytes());
        figures.put("longest_stall_ms", result.longestStall().toMillis());
        figures.put("sha256", result.sha256());
        Step.demand(
                result.sha256().equals(opened.orElseThrow().sha256()),
                "The file that arrived is not the one that was sent.");
    }

    /** The page must come, and be asked for by the edge. */
    private void page(String name, String family, Step.Figures figures) {
        long begun = System.nanoTime();
        String page = fetch(name, family);
        figures.put(
                name.substring(0, name.indexOf('.')) + "_ip" + family.substring(1) + "_ms", Step.millisSince(begun));
        seenAs(Topology.EDGE, name, page);
    }

    private void seenAs(String host, String name, String page) {
        Step.demand(
                here().topology().addresses(host).contains(Website.client(name, page)),
                "The website did not see " + host + ": " + page);
    }

    private String fetch(String name, String family) {
        return phone().output("curl", family, "-sS", "--fail", "--max-time", "10", "http://" + name + "/");
    }

    private long timed(List<String> command) {
        long begun = System.nanoTime();
        phone().output(command);
        return Step.millisSince(begun);
    }

    private World here() {
        return raised.orElseThrow();
    }

    private Host phone() {
        return here().host(Topology.PHONE);
    }

    private Host edge() {
        return here().host(Topology.EDGE);
    }

    private static void secret(Path file) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new LabException("The key file could not be closed to others: " + e.getMessage(), e);
        }
    }
}
