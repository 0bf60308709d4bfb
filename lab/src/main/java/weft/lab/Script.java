package weft.lab;

import java.util.List;
import weft.lab.Topology.Node;

/**
 * The shell script that turns fresh namespaces into a world: a private /run, and for each host persistent network,
 * mount and UTS namespaces under it, in which the host's part of the {@link Plan} is then carried out.
 *
 * <p>Inside a host, /run is the world's /run/hosts/NAME; so programs that keep sockets there do not meet.
 */
final class Script {
    private Script() {}

    static String of(Topology topology) {
        Plan plan = new Plan(topology);
        StringBuilder script = new StringBuilder("""
                set -e
                mount --make-rprivate /
                mount -t tmpfs -o mode=755 tmpfs /run
                mkdir -p /run/netns /run/mntns /run/utsns /run/hosts /run/lock
                """);
        script.append(file("/run/etc-hosts", plan.hosts())).append("mount --bind /run/etc-hosts /etc/hosts\n");
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
                mkdir -p /run/hosts/%1$s/log
                touch /run/netns/%1$s /run/mntns/%1$s /run/utsns/%1$s
                unshare --net=/run/netns/%1$s --mount=/run/mntns/%1$s --uts=/run/utsns/%1$s sh -e <<'EOF'
                echo %1$s >/proc/sys/kernel/hostname
                mount --bind /run/hosts/%1$s /run
                mount -t sysfs sysfs /sys
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
