package weft.lab;

import java.util.List;
import weft.lab.Topology.Node;

/**
 * The shell script that turns fresh namespaces into a world: a private /run, and for each host a named network namespace
 * (as of {@code ip netns}), with a mount and a UTS namespace that a sleeping process holds; its PID in the world is in
 * /run/anchors/NAME. (A bind mount would hold a mount namespace too, but Linux 6.18 refuses that at times: it compares
 * namespace numbers that it no longer gives out in order.)
 *
 * <p>Inside a host, /run is the world's /run/hosts/NAME; so programs that keep sockets there do not meet.
 */
final class Script {
    /** Nothing can be mounted on a file that is not there, and nothing is made that outlives the world. */
    private static final String NAMES = """
            if [ -e /etc/hosts ]
            then mount --bind /run/etc-hosts /etc/hosts
            else
              mkdir /run/etc /run/etc-work
              mv /run/etc-hosts /run/etc/hosts
              mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/etc-work overlay /etc
            fi
            """;

    /** The file of the world that says how it is made, see {@link TopologyText}. */
    static final String TOPOLOGY = "/run/topology";

    private Script() {}

    static String of(Topology topology) {
        Plan plan = new Plan(topology);
        StringBuilder script = new StringBuilder("""
                set -e
                mount --make-rprivate /
                mount -t tmpfs -o mode=755 tmpfs /run
                mkdir -p /run/netns /run/anchors /run/hosts
                """);
        script.append(file("/run/etc-hosts", plan.hosts())).append(NAMES);
        script.append(file(TOPOLOGY, TopologyText.write(topology)));
        for (Node node : topology.nodes()) {
            script.append(birth(node.name()));
        }
        script.append(batch(plan.links()));
        for (Node node : topology.nodes()) {
            script.append(setUp(node.name(), plan));
        }
        return script.toString();
    }

    private static String birth(String host) {
        return """
                mkdir -p /run/hosts/%1$s/log /run/hosts/%1$s/daemons
                touch /run/netns/%1$s
                unshare --net=/run/netns/%1$s --mount --uts sh -e <<'EOF'
                sleep infinity </dev/null >/dev/null 2>&1 &
                echo $! >/run/anchors/%1$s
                hostname %1$s
                mount --bind /run/hosts/%1$s /run
                mount -t sysfs sysfs /sys
                for scope in all default; do echo 0 >/proc/sys/net/ipv6/conf/$scope/accept_dad; done
                EOF
                """.formatted(host);
    }

    private static String setUp(String host, Plan plan) {
        StringBuilder script = new StringBuilder("nsenter --net=/run/netns/" + host + " sh -e <<'EOF'\n");
        String ruleset = plan.ruleset(host);
        if (!ruleset.isEmpty()) {
            script.append("nft -f - <<'RULES'\n").append(ruleset).append("RULES\n");
        }
        for (String setting : plan.sysctls(host)) {
            int equals = setting.indexOf('=');
            script.append("echo ")
                    .append(setting, equals + 1, setting.length())
                    .append(" >/proc/sys/")
                    .append(setting, 0, equals)
                    .append('\n');
        }
        return script.append(batch(plan.addresses(host))).append("EOF\n").toString();
    }

    private static String batch(List<String> lines) {
        return "ip -batch - <<'BATCH'\n" + String.join("\n", lines) + "\nBATCH\n";
    }

    private static String file(String path, String content) {
        return "cat >" + path + " <<'CONTENT'\n" + content + "CONTENT\n";
    }
}
