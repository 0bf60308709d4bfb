package weft.lab;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two cities of edges on one anycast address, and a phone whose session outlives what happens to its addresses and to the
 * edges. Each step says which edge has the session, as the website sees it, and how long the phone heard nothing.
 */
final class FleetDemo implements Scenario {
    private static final int NEAR = 3;
    private static final int FAR = 2;
    private static final int MTU = 1600;
    private static final int RATE = 4 << 20;
    private static final int REBINDINGS = 5;
    private static final String SERVER = "198.51.100.4";
    private static final String PING_SECONDS = "0.05";
    private static final Duration UDP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What a fleet is for. */
    private static final Duration PROMISE = Duration.ofSeconds(1);

    /** After an event, so that the pings tell of all of it. */
    private static final Duration AFTERWARDS = Duration.ofMillis(1_300);

    /** How long an edge needs to count as alive again, and to get the records that it shall keep. */
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final List<String> program;
    private final List<NextHops> hops = new ArrayList<>();
    private Optional<World> raised = Optional.empty();
    private Optional<Website> opened = Optional.empty();
    private Optional<Fleet> started = Optional.empty();
    private String lost = "";

    /** @param program what starts Weft, with all but its arguments */
    FleetDemo(List<String> program) {
        this.program = List.copyOf(program);
    }

    @Override
    public Optional<World> world() {
        return raised;
    }

    @Override
    public void close() {
        hops.forEach(NextHops::close);
        raised.ifPresent(World::close);
    }

    @Override
    public List<Step> steps() {
        return List.of(
                new Step(
                        "fleet-world",
                        "Two cities answer on one address; a phone reaches them by Wi-Fi or cellular",
                        this::raise),
                new Step("fleet", "A registry and five edges start, each of them a load balancer", this::start),
                new Step("fleet-connect", "The phone registers and connects to the nearer city", this::connect),
                new Step("fleet-rebind", "The NAT forgets the phone five times in mid-download", this::rebind),
                new Step("fleet-move", "The phone changes networks in mid-download", this::move),
                new Step("fleet-kill", "The edge that has the session is killed by SIGKILL", this::kill),
                new Step("fleet-back", "It comes back in mid-download, and nobody notices", this::back),
                new Step("fleet-drain", "The edge that has the session is drained", this::drain),
                new Step("fleet-cut", "The cable of the edge that has the session is cut", this::cut),
                new Step("fleet-city", "The network leads the phone to the other city", this::otherCity),
                new Step("fleet-status", "What that city says of itself", this::status));
    }

    private void raise(Step.Figures figures) {
        Readiness.demand(Readiness.DEMO_TOOLS);
        long begun = System.nanoTime();
        raised = Optional.of(World.raise(Cities.of(NEAR, FAR, MTU, UDP_TIMEOUT)));
        figures.put("up_ms", Step.millisSince(begun));
        figures.put("hosts", here().topology().nodes().size());
        opened = Optional.of(Website.start(here(), RATE));
    }

    private void start(Step.Figures figures) {
        long begun = System.nanoTime();
        started = Optional.of(Fleet.start(here(), program));
        figures.put("ready_ms", Step.millisSince(begun));
        figures.put("rss_mb", fleet().edge(Cities.edge("a", 1)).residentBytes() >> 20);
        for (String city : List.of("a", "b")) {
            hops.add(NextHops.watch(here(), Cities.router(city), Cities.ANYCAST));
        }
    }

    private void connect(Step.Figures figures) {
        fleet().openRegistration();
        long begun = System.nanoTime();
        fleet().connect(Topology.PHONE);
        figures.put("connect_ms", Step.millisSince(begun));
        figures.put("edge", holder());
    }

    private void rebind(Step.Figures figures) {
        whileDownloading(figures, REBINDINGS, () -> here().rebind(here().network(Topology.PHONE)));
    }

    private void move(Step.Figures figures) {
        whileDownloading(figures, 1, () -> here().move(Topology.PHONE, Topology.CELLULAR));
    }

    /** Disturbances come evenly, and the session stays on its edge. */
    private void whileDownloading(Step.Figures figures, int times, Runnable disturbance) {
        String edge = holder();
        try (Pings pings = pings()) {
            Download download = Download.start(phone(), "http://" + Topology.DUAL_NAME + "/large");
            for (int i = 1; i <= times; i++) {
                download.awaitReceived((long) i * Website.LARGE / (times + 1), PATIENCE);
                disturbance.run();
            }
            Download.Result result = download.await();
            figures.put("longest_stall_ms", result.longestStall().toMillis());
            figures.put("longest_gap_ms", pings.longestGap().toMillis());
            figures.put("sha256", result.sha256());
            Step.demand(
                    result.sha256().equals(opened.orElseThrow().sha256()),
                    "The file that arrived is not the one that was sent.");
        }
        Step.demand(holder().equals(edge), "The session has left " + edge + ".");
        figures.put("edge", edge);
    }

    private void kill(Step.Figures figures) {
        lost = holder();
        untilAnother(figures, () -> fleet().edge(lost).kill());
    }

    private void back(Step.Figures figures) {
        whileDownloading(figures, 1, () -> fleet().startEdge(lost));
        pause(SETTLE);
    }

    private void drain(Step.Figures figures) {
        String edge = holder();
        try (Pings pings = pings()) {
            pause(PROMISE);
            long begun = System.nanoTime();
            fleet().drainAndWait(edge, "1s");
            figures.put("drained_ms", Step.millisSince(begun));
            pause(AFTERWARDS);
            figures.put("pings_lost", pings.lost());
            Step.demand(pings.lost() == 0, "The tunnel lost packets.");
        }
        figures.put("from", edge);
        figures.put("to", holder());
        fleet().undrain(edge);
        pause(SETTLE);
    }

    private void cut(Step.Figures figures) {
        String edge = holder();
        untilAnother(figures, () -> here().cut(edge));
        here().mend(edge);
    }

    /** Packets are back in time, by another edge. */
    private void untilAnother(Step.Figures figures, Runnable event) {
        String edge = holder();
        gap(figures, event);
        String other = holder();
        Step.demand(!other.equals(edge), "The session is on " + edge + " still.");
        figures.put("from", edge);
        figures.put("to", other);
    }

    private void gap(Step.Figures figures, Runnable event) {
        try (Pings pings = pings()) {
            pause(PROMISE);
            event.run();
            pause(AFTERWARDS);
            figures.put("gap_ms", pings.longestGap().toMillis());
            Step.demand(pings.longestGap().compareTo(PROMISE) < 0, "The phone heard nothing for over a second.");
        }
    }

    private void otherCity(Step.Figures figures) {
        String edge = holder();
        gap(figures, () -> here().lead(Topology.INTERNET, Cities.ANYCAST, Cities.router("b")));
        await("The session stays in the city that the phone has left.", () -> holder().startsWith("b"));
        figures.put("from", edge);
        figures.put("to", holder());
    }

    private void status(Step.Figures figures) {
        JsonNode status = new JsonMapper().readTree(fleet().status(holder()));
        for (JsonNode edge : status.path("edges")) {
            JsonNode said = edge.path("figures");
            figures.put(
                    edge.path("name").asString(),
                    "%s, owns %.1f %%, sessions %d, second hop %.0f %%, taken over %d"
                            .formatted(
                                    edge.path("state").asString(),
                                    100 * edge.path("share").asDouble(),
                                    said.path("sessions").asInt(),
                                    100 * said.path("second_hop_share").asDouble(),
                                    said.path("taken_over").asInt()));
        }
    }

    private void await(String otherwise, BooleanSupplier happens) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happens.getAsBoolean()) {
            Step.demand(System.nanoTime() - deadline < 0, otherwise);
            pause(Duration.ofMillis(50));
        }
    }

    /** The edge whose address the website sees. A flow that ends with its edge is asked for again. */
    private String holder() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Host.Result page =
                    phone().run("curl", "-4", "-sS", "--fail", "-m", "2", "http://" + Topology.V4_NAME + "/");
            if (page.ok()) {
                return edge(Website.client(Topology.V4_NAME, page.output().stripTrailing()));
            }
            Step.demand(System.nanoTime() - deadline < 0, "No page comes through the tunnel: " + page.output());
        }
    }

    private String edge(InetAddress seen) {
        return Stream.of("a", "b")
                .flatMap(city -> here().topology().downlinks(Cities.router(city)).stream())
                .map(Topology.Link::lower)
                .filter(edge -> here().topology().addresses(edge).contains(seen))
                .findFirst()
                .orElseThrow(() -> new LabException("The website saw no edge: " + seen.getHostAddress()));
    }

    private Pings pings() {
        return Pings.begin(phone(), SERVER, PING_SECONDS);
    }

    private World here() {
        return raised.orElseThrow();
    }

    private Fleet fleet() {
        return started.orElseThrow();
    }

    private Host phone() {
        return here().host(Topology.PHONE);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
