package weft.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import weft.edge.Blocker;
import weft.edge.Opening;
import weft.edge.OtherFirewalls;
import weft.edge.Passage;
import weft.edge.Passages;
import weft.netio.ErrnoException;
import weft.netio.Family;
import weft.netio.NativeAead;
import weft.netio.Nftables;
import weft.netio.Privileges;
import weft.netio.Sysctl;
import weft.netio.Tun;
import weft.netio.UdpSocket;
import weft.tunnel.NativeCrypto;
import weft.tunnel.Tunnel;
import weft.wireguard.Crypto;

/** What this machine offers to Weft, and what is missing or in the way. Changes nothing that outlives it. */
final class Examination {
    private static final int JDK = 25;
    private static final String PROBE = "weftprobe%d";

    private final Passages passages;
    private final boolean networkAdmin;
    private final List<Finding> findings = new ArrayList<>();

    private Examination(Passages passages) throws IOException {
        this.passages = passages;
        networkAdmin = Privileges.ofThisThread().has(Privileges.Capability.NET_ADMIN);
    }

    /** @param passages what a server on this machine needs */
    static List<Finding> run(Passages passages) throws IOException {
        Examination examination = new Examination(passages);
        examination.java();
        examination.crypto();
        examination.privileges();
        examination.tun();
        examination.udp();
        examination.nftables();
        examination.forwarding();
        examination.namespaces();
        examination.port();
        return List.copyOf(examination.findings);
    }

    private void java() {
        int version = Runtime.version().feature();
        String text = System.getProperty("java.vm.name") + " " + Runtime.version();
        findings.add(
                version >= JDK
                        ? Finding.ok("java", text)
                        : Finding.wrong("java", text + "; Weft needs " + JDK)
                                .mendedBy("apt install openjdk-25-jre-headless"));
    }

    private void crypto() {
        Crypto best = NativeCrypto.best();
        String text = "AEAD by " + best.aead().name() + ", X25519 by "
                + best.curve().name() + " (" + String.join("; ", NativeAead.report()) + ")";
        boolean portable = NativeAead.available().isEmpty();
        findings.add(
                portable
                        ? Finding.note("crypto", text + "; a native library is about twice as fast")
                                .mendedBy("apt install libgcrypt20")
                        : Finding.ok("crypto", text));
    }

    private void privileges() {
        findings.add(
                networkAdmin
                        ? Finding.ok("privileges", "may set up the network (CAP_NET_ADMIN)")
                        : Finding.wrong(
                                        "privileges",
                                        "may not set up the network (no CAP_NET_ADMIN): an edge and a client need it")
                                .mendedBy("sudo weft doctor"));
    }

    private void tun() throws IOException {
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            findings.add(Finding.wrong("tun", "there is no /dev/net/tun").mendedBy("modprobe tun"));
            return;
        }
        if (!networkAdmin) {
            findings.add(Finding.note("tun", "/dev/net/tun is there; what it offers is seen as root"));
            return;
        }
        try (Tun tun = Tun.open(PROBE, true)) {
            String text = tun.describe();
            findings.add(tun.offload() ? Finding.ok("tun", text) : Finding.note("tun", text));
        } catch (ErrnoException e) {
            findings.add(Finding.wrong("tun", String.valueOf(e.getMessage())));
        }
    }

    private void udp() throws IOException {
        try (UdpSocket socket = UdpSocket.builder()
                .bind(Tunnel.wildcard(0).getFirst())
                .offload(true)
                .open()) {
            String text = socket.describe();
            findings.add(socket.offload() ? Finding.ok("udp", text) : Finding.note("udp", text));
        }
    }

    private void nftables() {
        if (Nftables.program().isEmpty()) {
            findings.add(Finding.wrong("nftables", "nft is not installed: an edge needs it")
                    .mendedBy("apt install nftables"));
            return;
        }
        if (!networkAdmin) {
            findings.add(Finding.note("firewall", "what other firewalls drop is seen as root"));
            return;
        }
        try {
            List<Blocker> blockers = OtherFirewalls.find(passages);
            findings.add(Finding.ok("nftables", Nftables.program().get().toString()));
            blockers.forEach(this::blocker);
            if (blockers.isEmpty()) {
                findings.add(Finding.ok("firewall", "no other firewall stops what an edge needs"));
            }
        } catch (IOException e) {
            findings.add(Finding.wrong("nftables", String.valueOf(e.getMessage())));
        }
    }

    /** The edge mends these while it runs; the command is for those who want it done by hand, for good. */
    private void blocker(Blocker blocker) {
        String what = blocker.stopped().stream().map(Passage::text).collect(Collectors.joining(", "));
        boolean registry = blocker.stopped().stream()
                .anyMatch(passage -> passage instanceof Passage.Port(Opening.Protocol protocol, int _)
                        && protocol == Opening.Protocol.TCP);
        String mender = registry
                ? "a running `weft serve` puts accepts at its head, but `weft registry` alone does not"
                : "a running edge puts accepts at its head";
        findings.add(
                Finding.note("firewall", blocker.place() + " stops " + what + " (" + blocker.reason() + "); " + mender)
                        .mendedBy(blocker.mend()));
    }

    private void forwarding() {
        forwarding("IPv4", "net/ipv4/ip_forward");
        if (!Family.IPV6.isSupported()) {
            findings.add(Finding.note("IPv6", "this machine has none: devices reach IPv4 only"));
        } else {
            forwarding("IPv6", "net/ipv6/conf/all/forwarding");
        }
    }

    private void forwarding(String family, String setting) {
        try {
            boolean on = Sysctl.read(setting).equals("1");
            findings.add(Finding.ok(
                    family,
                    on ? "is forwarded" : "is not forwarded; an edge turns that on where it must while it runs"));
        } catch (IOException e) {
            findings.add(Finding.note(family, String.valueOf(e.getMessage())));
        }
    }

    private void namespaces() {
        findings.add(namespace("user/max_user_namespaces", "0", "the demo needs root here"));
        if (Files.exists(Path.of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))) {
            findings.add(namespace("kernel/apparmor_restrict_unprivileged_userns", "1", "the demo needs root here"));
        }
    }

    private static Finding namespace(String setting, String closed, String consequence) {
        try {
            String value = Sysctl.read(setting);
            return value.equals(closed)
                    ? Finding.note("user namespaces", "closed (" + setting + " is " + value + "): " + consequence)
                            .mendedBy("sudo sysctl -w " + setting.replace('/', '.') + "="
                                    + (closed.equals("0") ? "10000" : "0"))
                    : Finding.ok("user namespaces", "open (" + setting + " is " + value + ")");
        } catch (IOException e) {
            return Finding.note("user namespaces", String.valueOf(e.getMessage()));
        }
    }

    private void port() {
        int port = passages.port();
        InetAddress any = Tunnel.wildcard(port).getFirst().getAddress();
        try (UdpSocket unused =
                UdpSocket.builder().bind(new InetSocketAddress(any, port)).open()) {
            findings.add(Finding.ok("ports", "udp " + unused.localAddress().getPort() + " is free for an edge"));
        } catch (IOException e) {
            findings.add(Finding.note("ports", "udp " + port + " is taken (" + e.getMessage() + "), by an edge perhaps")
                    .mendedBy("ss -lnup sport = :" + port));
        }
    }
}
