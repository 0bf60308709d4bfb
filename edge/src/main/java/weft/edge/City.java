package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import weft.fleet.Version;
import weft.netio.UdpPath;
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
    private static final long NANOS_A_MILLI = 1_000_000L;
    private static final long PATIENCE_SECONDS = 10;
    private static final long MOST_CLOCK_DIFFERENCE_MILLIS = 60_000;

    private final String self;
    private final DayKeys keys;
    private final int listenPort;
    private final Mesh mesh;
    private final MeshCipher cipher;
    private final Neighbours neighbours;
    private final Holders holders = new Holders();
    private final Custody custody;
    private final OtherCities otherCities;
    private final Map<Integer, Long> boots = new HashMap<>();
    private final FleetCounters counters = new FleetCounters();
    private final Ingresses ingresses;
    private final CityAgent agent;
    private final MemberSource.Watch watch;
    private final SecretFollower secretFile;
    private final Detour detour;
    private final Drain drain;
    private final DataPath dataPath;
    private final Reports reports;
    private final SecureRandom random = new SecureRandom();
    private final MeshSender sender;
    private final IcmpErrors icmp;
    private volatile Routing routing;
    private volatile @Nullable Succession succession;

    /**
     * @param anycast where devices find it
     * @param shards how many inbound agents the tunnel has
     * @throws IOException saying what is missing and what to do
     */
    static City open(
            CityConfig config,
            List<InetAddress> anycast,
            int listenPort,
            boolean offload,
            int shards,
            Crypto crypto)
            throws IOException {
        FleetSecret secret = SecretFiles.fleetSecret(config.secretFile());
        CompletableFuture<City> opened = new CompletableFuture<>();
        MemberSource.Watch watch = config.members().watch(list -> deliver(opened, list));
        try {
            EdgeMember ours = watch.first().stream()
                    .filter(member -> member.name().equals(config.name()))
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            "the list of members has no " + config.name() + ": this edge's name has to be in it"));
            Mesh mesh = Mesh.open(ours, offload, shards);
            City city = new City(config, secret, anycast, listenPort, mesh, crypto, watch);
            city.agent.start();
            city.icmp.start();
            city.members(watch.first());
            opened.complete(city);
            return city;
        } catch (IOException | RuntimeException e) {
            opened.cancel(false);
            watch.close();
            throw e;
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
            List<InetAddress> anycast,
            int listenPort,
            Mesh mesh,
            Crypto crypto,
            MemberSource.Watch watch)
            throws IOException {
        this.listenPort = listenPort;
        this.mesh = mesh;
        this.watch = watch;
        self = config.name();
        icmp = icmp(anycast);
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
        otherCities =
                new OtherCities(mesh, ingresses::publish, CityView.number(self), custody, elsewhere, sender::tell);
        agent = new CityAgent(self + "-city", this::beat);
        drain = new Drain(agent, neighbours, custody, this::publish);
        dataPath = new DataPath(agent, neighbours, drain);
        reports = new Reports(neighbours, custody, counters);
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

    private IcmpErrors icmp(List<InetAddress> anycast) throws IOException {
        try {
            return new IcmpErrors(self, anycast, listenPort, this::tooBig);
        } catch (IOException e) {
            mesh.close();
            throw e;
        }
    }

    /** A path does not take what one of us has sent; on a thread of its own. */
    private void tooBig(byte[] packet) {
        agent.offer(() -> {
            counters.add(FleetCount.ICMP_COPIED);
            sender.tellAll(new MeshMessage.IcmpError(packet));
        });
    }

    /** Before the first packet: who has the sessions, the devices that they are with, and the routers in front. */
    void serve(Tunnel started, Devices itsDevices, Usage sessions, Announcement routers) {
        succession = new Succession(started, itsDevices);
        drain.serve(sessions, routers);
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
        long millis = System.currentTimeMillis();
        dataPath.beat(now);
        dataPath.state().ifPresent(state -> heartbeat(state, millis));
        List<Integer> lost = neighbours.lost(now);
        if (!lost.isEmpty()) {
            LOG.warn(
                    "{} of {} edges fell silent",
                    lost.size(),
                    neighbours.roster().size() - 1);
            publish();
            lost.forEach(member -> custody.died(member, now));
        }
        custody.tick(neighbours.view(), neighbours.mayTakeOver(), now);
        otherCities.tick(neighbours.view(), now);
        drain.beat(now);
        reports.due(now).ifPresent(figures -> {
            sender.tellAll(figures);
            mesh.measure(sender.paths());
        });
        if (keys.turn(millis)) {
            publishKeys();
        }
    }

    private void heartbeat(MeshMessage.State state, long millis) {
        sender.tellAll(
                new MeshMessage.Heartbeat(state, millis, neighbours.view().digest()));
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
            heartbeat(from.sender(), from.boot(), heartbeat);
        } else if (otherCities.has(from.sender())) {
            otherCities.hear(
                    message.get(),
                    from.sender(),
                    neighbours.view(),
                    custody,
                    neighbours.mayTakeOver(),
                    (place, what) -> act(new Custody.Act.Tell(place, what)));
        } else if (message.get() instanceof MeshMessage.IcmpError(byte[] packet)) {
            if (icmp.take(packet)) {
                counters.add(FleetCount.ICMP_TAKEN);
            }
        } else if (message.get() instanceof MeshMessage.Figures figures) {
            reports.figures(from.sender(), figures);
        } else if (!(message.get() instanceof MeshMessage.HandOver) || neighbours.mayTakeOver()) {
            custody.hear(message.get(), from.sender(), neighbours.view(), System.nanoTime());
        }
    }

    private void heartbeat(int sender, long boot, MeshMessage.Heartbeat heard) {
        long ours = System.currentTimeMillis();
        if (Math.abs(heard.unixMillis() - ours) > MOST_CLOCK_DIFFERENCE_MILLIS) {
            return; // recorded long ago, and sent again
        }
        dataPath.heard(System.nanoTime());
        reports.digest(sender, heard.tableDigest());
        Long before = boots.put(sender, boot);
        boolean anew = before != null && before != boot;
        boolean changed;
        if (heard.state() == MeshMessage.State.LEAVING) {
            changed = neighbours.leaves(sender, System.nanoTime());
        } else {
            boolean drains = heard.state() == MeshMessage.State.DRAINING;
            changed = neighbours.heard(sender, drains, heard.unixMillis(), ours, System.nanoTime());
        }
        if (changed) {
            publish();
        }
        if (anew || heard.state() == MeshMessage.State.LEAVING) {
            custody.died(sender, System.nanoTime());
            custody.viewChanged(neighbours.view());
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
            case Custody.Act.TakeOver(SessionRecord record) -> {
                if (succession != null) {
                    succession.takeOver(record);
                }
            }
            case Custody.Act.LetGo(StaticKey device) -> {
                if (succession != null) {
                    succession.letGo(device);
                }
            }
        }
    }

    /** A device of ours has come to another city; on its inbound agent's thread. */
    private void departed(PublicKey key, int asker) {
        Succession known = succession;
        if (known != null) {
            agent.offer(() -> {
                if (custody.has(new StaticKey(key.bytes()))) {
                    known.lookUp(
                            key,
                            ours -> agent.put(() -> {
                                if (custody.has(new StaticKey(key.bytes()))) {
                                    counters.add(FleetCount.OFFERED);
                                    otherCities.offer(asker, record(ours, false));
                                }
                            }));
                }
            });
        }
    }

    /** A session of ours is in use, or its device has moved; on the control agent's thread, which must not wait. */
    void changed(PublicKey key, boolean handshake) {
        Succession known = succession;
        if (known != null) {
            known.lookUp(
                    key,
                    ours -> agent.put(() -> {
                        // A roam that we hear of late may be of a session that another edge has by now.
                        if (handshake || custody.has(new StaticKey(key.bytes()))) {
                            record(ours, handshake);
                        }
                    }));
        }
    }

    private SessionRecord record(Succession.Ours ours, boolean handshake) {
        StaticKey key = new StaticKey(ours.device().publicKey().bytes());
        Version version = custody.next(key, handshake, System.currentTimeMillis() * NANOS_A_MILLI);
        SessionRecord record = Records.of(ours.device(), ours.session(), listenPort, CityView.number(self), version);
        boolean held = custody.has(key);
        boolean known = custody.knows(key);
        if (custody.holds(record, neighbours.view(), System.nanoTime())) {
            counters.add(FleetCount.TAKEN_OVER);
        }
        if (!held) {
            otherCities.began(record, known);
        }
        return record;
    }

    /** The device has no session here any more. */
    void ended(PublicKey key) {
        agent.put(() -> custody.ended(new StaticKey(key.bytes()), neighbours.view()));
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
        agent.put(() -> heartbeat(MeshMessage.State.LEAVING, System.currentTimeMillis()));
        agent.close();
        icmp.close();
        Succession known = succession;
        if (known != null) {
            known.close();
        }
        drain.close();
        mesh.close();
        cipher.close();
        detour.close();
        keys.close();
    }
}
