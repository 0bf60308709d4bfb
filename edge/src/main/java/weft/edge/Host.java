package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.Device;
import weft.api.DeviceKey;
import weft.netio.Family;
import weft.netio.LinkAddress;
import weft.netio.Netlink;
import weft.netio.NftablesGeneration;
import weft.netio.Prefix;
import weft.netio.Route;
import weft.netio.Sysctl;

/**
 * What the edge changes on its machine, and changes back: the TUN's addresses and routes, what routers are told, forwarding,
 * its own nftables table, and accepts in others' chains. All of it happens on one thread, which stays in the network
 * namespace of the thread that called {@link #open}.
 */
final class Host implements Admission, Announcement, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    private static final long REFRESH_SECONDS = 15;

    /** How long devices are without service after another firewall was reloaded. */
    private static final long GLANCE_SECONDS = 1;

    private static final long CLOSE_SECONDS = 20;

    /** A change of the machine, or a question to it. */
    private interface Task<T> {
        T run() throws IOException;
    }

    private final EdgeConfig config;
    private final Prefix inner6;
    private final boolean v6;
    private final ScheduledExecutorService thread;
    private final Netlink netlink;
    private final Firewall firewall;
    private final Forwarding forwarding;
    private final Anycast anycast;
    private final OtherFirewalls others;
    private final NftablesGeneration generation;
    private final Set<Obstacle> obstacles = EnumSet.of(Obstacle.STARTING);
    private int seen;
    private boolean unsettled;
    private volatile List<String> missing = List.of();

    private Host(EdgeConfig config, Prefix inner6, ScheduledExecutorService thread) throws IOException {
        this.config = config;
        this.inner6 = inner6;
        this.thread = thread;
        v6 = Forwarding.hasIpv6();
        netlink = Netlink.open();
        firewall = new Firewall(new Ruleset(config, inner6));
        forwarding = new Forwarding(netlink, config.interfaceName(), v6);
        anycast = new Anycast(netlink, config);
        others = new OtherFirewalls(config.passages());
        generation = NftablesGeneration.open();
    }

    /** The TUN exists already, and is down. */
    static Host open(EdgeConfig config, Prefix inner6) throws IOException {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                .name(config.interfaceName() + "-host")
                .daemon(true)
                .factory());
        Host host = call(thread, () -> new Host(config, inner6, thread));
        try {
            call(thread, host::setUp);
        } catch (IOException e) {
            host.close();
            throw e;
        }
        var _ = thread.scheduleWithFixedDelay(host::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
        var _ = thread.scheduleWithFixedDelay(host::glance, GLANCE_SECONDS, GLANCE_SECONDS, TimeUnit.SECONDS);
        return host;
    }

    /** The isolation stands before the first packet can come. */
    private boolean setUp() throws IOException {
        firewall.load();
        String link = config.interfaceName();
        Sysctl.write("net/ipv4/conf/" + link + "/send_redirects", "0");
        if (v6) {
            Sysctl.write("net/ipv6/conf/" + link + "/disable_ipv6", "0");
            Sysctl.write("net/ipv6/conf/" + link + "/accept_ra", "0");
            Sysctl.write("net/ipv6/conf/" + link + "/addr_gen_mode", "1");
        }
        netlink.mtu(link, config.mtu());
        netlink.up(link);
        address(config.inner4());
        if (v6) {
            address(inner6);
        }
        anycast.hold();
        sayWhatIsMissing();
        forwarding.refresh();
        makeWay();
        return true;
    }

    /** The edge serves what is there; an uplink that comes later is taken up by {@link #refresh}. */
    private void sayWhatIsMissing() throws IOException {
        Set<Family> outside = forwarding.outside();
        List<String> said = new ArrayList<>();
        if (!outside.contains(Family.IPV4)) {
            said.add("no IPv4 outside (`ip -4 route` shows no way out)");
        }
        if (!v6) {
            said.add("no IPv6 on this machine");
        } else if (!outside.contains(Family.IPV6)) {
            said.add("no IPv6 outside (`ip -6 route` shows no way out)");
        }
        missing = List.copyOf(said);
        missing.forEach(what -> LOG.info("the edge goes on with {}", what));
    }

    private void address(Prefix inner) throws IOException {
        InetAddress own = EdgeConfig.ownAddress(inner);
        int bits = Family.of(own).addressSize() * 8;
        netlink.add(config.interfaceName(), new LinkAddress(own, bits));
        netlink.add(Route.to(inner).link(netlink.index(config.interfaceName())).source(own));
    }

    private void refresh() {
        lookAfter(() -> {
            forwarding.refresh();
            anycast.announce(obstacles.isEmpty());
            makeWay();
            return true;
        });
    }

    /** Another firewall may have been reloaded. */
    private void glance() {
        lookAfter(() -> {
            if (unsettled || generation.current() != seen) {
                makeWay();
            }
            return true;
        });
    }

    /** What comes between reading the rules and adding to them is seen at the next glance. */
    private void makeWay() throws IOException {
        seen = generation.current();
        unsettled = false;
        unsettled = others.makeWay();
    }

    private static void lookAfter(Task<Boolean> task) {
        try {
            task.run();
        } catch (IOException e) {
            LOG.warn("the machine's network set-up could not be looked after: {}", e.getMessage());
        }
    }

    /** What the machine lacked at the start, for people. */
    List<String> missing() {
        return missing;
    }

    @Override
    public void withdraw(Obstacle why) {
        change(() -> obstacles.add(why));
    }

    @Override
    public void restore(Obstacle gone) {
        change(() -> obstacles.remove(gone));
    }

    /** What fails is tried again by {@link #refresh}. */
    private void change(BooleanSupplier obstacle) {
        thread.execute(() -> {
            if (obstacle.getAsBoolean()) {
                lookAfter(() -> {
                    anycast.announce(obstacles.isEmpty());
                    return true;
                });
            }
        });
    }

    @Override
    public boolean concerns(Device device) {
        return firewall.concerns(device);
    }

    @Override
    public void admit(Device device) throws IOException {
        changeOwnTable(() -> {
            firewall.admit(device);
            return true;
        });
    }

    @Override
    public void dismiss(DeviceKey key) throws IOException {
        changeOwnTable(() -> {
            firewall.dismiss(key);
            return true;
        });
    }

    /** Our own change is no reason to look at everybody else's rules. */
    private void changeOwnTable(Task<Boolean> change) throws IOException {
        call(thread, () -> {
            boolean known = !unsettled && generation.current() == seen;
            change.run();
            if (known) {
                seen = generation.current();
            }
            return true;
        });
    }

    private static <T> T call(ScheduledExecutorService thread, Task<T> task) throws IOException {
        try {
            return thread.submit(task::run).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the machine was set up", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /** Each thing is put back even if another cannot be. */
    @Override
    public void close() {
        thread.execute(() -> {
            attempt(() -> {
                others.restore();
                return true;
            });
            forwarding.close();
            attempt(() -> {
                firewall.remove();
                return true;
            });
            netlink.close();
            generation.close();
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the machine's network set-up is not put back yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void attempt(Task<Boolean> task) {
        try {
            task.run();
        } catch (IOException e) {
            LOG.warn("not put back: {}", e.getMessage());
        }
    }
}
