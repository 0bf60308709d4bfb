package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.fleet.CityView;
import weft.fleet.Custody;
import weft.fleet.FleetSecret;
import weft.fleet.Holders;
import weft.fleet.Member;
import weft.fleet.MeshMessage;
import weft.fleet.Neighbours;
import weft.fleet.Prf;
import weft.fleet.ReceiverIndices;
import weft.fleet.SessionRecord;
import weft.fleet.StaticKey;
import weft.fleet.TooBig;
import weft.netio.UdpPath;
import weft.netio.Unfinished;
import weft.tunnel.HandshakeMessage;
import weft.tunnel.Tunnel;
import weft.wireguard.CookieKeys;
import weft.wireguard.Crypto;
import weft.wireguard.PublicKey;

/**
 * One edge among the others of its city: heartbeats, who lives, who owns what, and where sessions are. All of it on one
 * thread; what the packet path needs of it is published to {@link FleetIngress}.
 */
final class City implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(City.class);
    private static final long PATIENCE_SECONDS = 10;

    private final String self;
    private final DayKeys keys;
    private final Mesh mesh;
    private final MeshCipher cipher;
    private final Neighbours neighbours;
    private final Holders holders = new Holders();
    private final Custody custody;
    private final OtherCities otherCities;
    private final FleetCounters counters = new FleetCounters();
    private final Ingresses ingresses;
    private final CityAgent agent;
    private final MemberSource.Watch watch;
    private final SecretFollower secretFile;
    private final Detour detour;
    private final Drain drain;
    private final DataPath dataPath;
    private final Reports reports;
    private final Heartbeats heartbeats;
    private final OurSessions sessions;
    private final SecureRandom random = new SecureRandom();
    private final MeshSender sender;
    private final IcmpErrors icmp;
    private final PathErrors pathErrors;
    private volatile Routing routing;

    /**
     * @param anycast where devices find it
     * @param shards how many inbound agents the tunnel has
     * @throws IOException saying what is missing and what to do
     */
    static City open(
            CityConfig config, List<InetAddress> anycast, int listenPort, boolean offload, int shards, Crypto crypto)
            throws IOException {
        CompletableFuture<City> opened = new CompletableFuture<>();
        AutoCloseable waiting = () -> opened.cancel(false);
        try (Unfinished parts = new Unfinished()) {
            FleetSecret secret = parts.add(SecretFiles.fleetSecret(config.secretFile()));
            MemberSource.Watch watch = parts.add(config.members().watch(list -> deliver(opened, list)));
            parts.add(waiting);
            EdgeMember ours = watch.first().stream()
                    .filter(member -> member.name().equals(config.name()))
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            "the list of members has no " + config.name() + ": this edge's name has to be in it"));
            Mesh mesh = parts.add(Mesh.open(ours, offload, shards));
            IcmpErrors icmp = parts.add(new IcmpErrors(config.name(), anycast, listenPort));
            City city = new City(config, secret, icmp, listenPort, mesh, crypto, watch);
            parts.stands();
            parts.add(city);
            parts.add(waiting);
            city.agent.start();
            icmp.start(city::tooBig);
            city.members(watch.first());
            parts.stands();
            opened.complete(city);
            return city;
        }
    }

    /** In their order: a list that comes while the city opens waits until it has. */
    private static void deliver(CompletableFuture<City> opened, List<EdgeMember> list) {
        try {
            opened.join().members(list);
        } catch (CancellationException failed) {
            LOG.debug("no city opened for the list of members");
        }
    }

    private City(
            CityConfig config,
            FleetSecret secret,
            IcmpErrors icmp,
            int listenPort,
            Mesh mesh,
            Crypto crypto,
            MemberSource.Watch watch) {
        this.mesh = mesh;
        this.watch = watch;
        self = config.name();
        this.icmp = icmp;
        Prf prf = new KeyedBlake(crypto.hash());
        keys = new DayKeys(secret, prf);
        long boot = MeshCipher.boot(System.currentTimeMillis(), random.nextLong());
        cipher = new MeshCipher(secret, prf, crypto.aead(), CityView.number(self), boot);
        sender = new MeshSender(mesh, cipher, counters);
        neighbours = new Neighbours(self);
        Holders awaited = new Holders();
        Holders elsewhere = new Holders();
        ingresses = new Ingresses(
                mesh.shards(),
                shard -> new FleetIngress(
                        mesh, shard, listenPort, holders, awaited, elsewhere, this::control, this::departed, counters));
        detour = new Detour(mesh, listenPort, holders, awaited, counters);
        custody = new Custody(CityView.number(self), holders, awaited, this::act);
        pathErrors = new PathErrors(icmp, custody, sender, counters);
        otherCities =
                new OtherCities(mesh, ingresses::publish, CityView.number(self), custody, elsewhere, sender::tell);
        agent = new CityAgent(self + "-city", this::beat);
        drain = new Drain(agent, neighbours, custody, this::publish);
        dataPath = new DataPath(agent, neighbours, drain);
        reports = new Reports(neighbours, custody, counters);
        heartbeats = new Heartbeats(neighbours, custody, dataPath, reports, sender, this::publish);
        sessions = new OurSessions(self, listenPort, agent, neighbours, custody, otherCities, counters);
        routing = look();
        ingresses.publish(routing, keys::forAnotherThread);
        secretFile = new SecretFollower(config.secretFile(), agent, this::renew);
    }

    private void renew(FleetSecret secret) {
        keys.renew(secret);
        cipher.renew(secret);
        publishKeys();
    }

    private void publishKeys() {
        routing = look();
        ingresses.publish(routing, keys::forAnotherThread);
    }

    /** A path does not take what one of us has sent; on a thread of its own, a few times a second at most. */
    private void tooBig(byte[] packet, TooBig error) {
        agent.offer(() -> pathErrors.copy(packet, error));
    }

    /** Before the first packet: who has the sessions, the devices that they are with, and the routers in front. */
    void serve(Tunnel started, Devices itsDevices, Usage usage, Announcement routers) {
        sessions.serve(started, itsDevices);
        drain.serve(usage, routers);
        dataPath.serve(routers);
    }

    CookieKeys cookieKeys() {
        return keys.cookieKeys();
    }

    FleetIngress ingress(int shard) {
        return ingresses.of(shard);
    }

    FleetCounters counters() {
        return counters;
    }

    private void members(List<EdgeMember> list) {
        agent.put(() -> {
            EdgeMember ours = list.stream()
                    .filter(member -> member.name().equals(self))
                    .findFirst()
                    .orElse(null);
            if (ours == null) {
                LOG.warn("this edge, {}, is not in the list of members any more; it goes on with the last list", self);
                return;
            }
            List<EdgeMember> here = list.stream()
                    .filter(member -> member.city().equals(ours.city()))
                    .toList();
            try {
                neighbours.members(here.stream()
                        .map(member -> new Member(member.name(), member.weight()))
                        .toList());
            } catch (IllegalArgumentException refused) {
                LOG.warn("the list of members stays as it was: {}", refused.getMessage());
                return;
            }
            otherCities.members(list, ours.city());
            pathErrors.members(list);
            sender.members(
                    here.stream().filter(member -> !member.name().equals(self)).toList());
            reports.members(neighbours.numbers());
            drain.list(ours.draining());
            publish();
            LOG.info("the city has {} edges: {}", here.size(), String.join(", ", neighbours.roster()));
        });
    }

    private void publish() {
        routing = look();
        ingresses.publish(routing);
        custody.viewChanged(routing.view());
    }

    private Routing look() {
        List<@Nullable UdpPath> byPlace = new ArrayList<>();
        neighbours.roster().forEach(name -> byPlace.add(sender.path(name)));
        return new Routing(neighbours.view(), byPlace, keys.indices());
    }

    private void beat(long now) {
        heartbeats.beat(now);
        custody.tick(neighbours.view(), neighbours.mayTakeOver(), now);
        otherCities.tick(neighbours.view(), now);
        drain.beat(now);
        reports.due(now).ifPresent(figures -> {
            sender.tellAll(figures);
            mesh.measure(sender.paths());
        });
        if (keys.turn(System.currentTimeMillis())) {
            publishKeys();
        }
    }

    /** Waits for the city's thread, and for the kernel. */
    FleetStatus status() {
        Optional<Integer> flows = drain.flows();
        CompletableFuture<FleetStatus> answer = new CompletableFuture<>();
        agent.put(() -> answer.complete(reports.status(dataPath.status(), drain.status(flows, System.nanoTime()))));
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    Drain drain() {
        return drain;
    }

    DataPath dataPath() {
        return dataPath;
    }

    private void control(byte[] datagram) {
        agent.offer(() -> {
            Optional<MeshCipher.Opened> opened = cipher.open(datagram, DayKeys.today());
            if (opened.isEmpty()) {
                counters.add(FleetCount.FORGED_CONTROL);
            } else {
                hear(opened.get());
            }
        });
    }

    private void hear(MeshCipher.Opened from) {
        Optional<MeshMessage> message = MeshMessage.decode(from.message());
        Arrays.fill(from.message(), (byte) 0);
        if (message.isEmpty()) {
            counters.add(FleetCount.FORGED_CONTROL);
        } else if (message.get() instanceof MeshMessage.Heartbeat heartbeat) {
            heartbeats.heard(from.sender(), from.boot(), heartbeat);
        } else if (otherCities.has(from.sender())) {
            otherCities.hear(
                    message.get(),
                    from.sender(),
                    neighbours.view(),
                    custody,
                    neighbours.mayTakeOver(),
                    (place, what) -> act(new Custody.Act.Tell(place, what)));
        } else if (message.get() instanceof MeshMessage.IcmpError(byte[] packet)) {
            pathErrors.take(packet);
        } else if (message.get() instanceof MeshMessage.Figures figures) {
            reports.figures(from.sender(), figures);
        } else if (!(message.get() instanceof MeshMessage.HandOver) || neighbours.mayTakeOver()) {
            custody.hear(message.get(), from.sender(), neighbours.view(), System.nanoTime());
        }
    }

    private void act(Custody.Act what) {
        switch (what) {
            case Custody.Act.Tell(int place, MeshMessage message) -> {
                UdpPath path = place < 0 ? null : routing.path(place);
                if (path != null) {
                    sender.tell(path, message);
                }
            }
            case Custody.Act.TakeOver(SessionRecord record) -> sessions.takeOver(record);
            case Custody.Act.LetGo(StaticKey device) -> sessions.letGo(device);
        }
    }

    /** On its inbound agent's thread. */
    private void departed(PublicKey key, int asker) {
        sessions.departed(key, asker);
    }

    OurSessions sessions() {
        return sessions;
    }

    /**
     * Whether a device's initiation is for us to answer; if not, it has been passed on.
     *
     * @param clientId the device's own, as the registry has it
     */
    CompletableFuture<Boolean> isOurs(int clientId, HandshakeMessage initiation) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        if (!agent.offer(() -> answer.complete(detour.isOurs(clientId, initiation, routing, keys.tagKeys())))) {
            answer.complete(false);
        }
        return answer;
    }

    /** A candidate for the index by which a device shall address us; any number for one that is not present (any more). */
    int receiverIndex(int clientId) {
        return clientId == 0
                ? random.nextInt()
                : routing.indices().seal(clientId, random.nextInt(ReceiverIndices.SLOTS));
    }

    /** After the tunnel, whose inbound agents read the mesh's sockets. */
    @Override
    public void close() {
        watch.close();
        secretFile.close();
        agent.put(heartbeats::goodBye);
        agent.close();
        icmp.close();
        sessions.close();
        drain.close();
        mesh.close();
        cipher.close();
        detour.close();
        keys.close();
    }
}
