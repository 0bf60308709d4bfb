package weft.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's etcd on a host of the lab. It lets in whoever shows a certificate of an authority that is made for it alone, and
 * nobody else.
 */
public final class EtcdServer {
    private static final String DIRECTORY = "/run/etcd";
    private static final List<String> CLIENT_FILES = List.of("ca.crt", "edge.crt", "edge.key");
    private static final int PORT = 2379;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Pattern VALUE = Pattern.compile("\"value\":\"(?<base64>[^\"]*)\"");

    private final Host host;
    private final InetAddress address;
    private Optional<Daemon> daemon = Optional.empty();

    private EtcdServer(Host host, InetAddress address) {
        this.host = host;
        this.address = address;
    }

    /** Makes its certificates and starts it; returns when it serves. */
    static EtcdServer start(Host host, InetAddress address) {
        Readiness.demand(Map.of("etcd", "etcd-server", "openssl", "openssl", "curl", "curl"));
        EtcdServer etcd = new EtcdServer(host, address);
        host.output("mkdir", "-p", DIRECTORY);
        host.output("sh", "-ec", etcd.certificates());
        etcd.start();
        return etcd;
    }

    /** A shell's commands. Its gateway is a client of its own by the server's certificate, which is hence for both. */
    private String certificates() {
        return """
                cd %s
                umask 077
                mkdir -p data
                printf '[req]\\ndistinguished_name=dn\\n[dn]\\n' >openssl.cnf
                certify() {
                  name=$1; shift
                  openssl req -config openssl.cnf -x509 -days 30 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \\
                    -subj "/CN=$name" -keyout "$name.key" -out "$name.crt" "$@" 2>openssl.log || { cat openssl.log; exit 1; }
                }
                certify ca -addext basicConstraints=critical,CA:TRUE
                certify etcd -CA ca.crt -CAkey ca.key -addext subjectAltName=IP:%s -addext extendedKeyUsage=serverAuth,clientAuth
                certify edge -CA ca.crt -CAkey ca.key -addext extendedKeyUsage=clientAuth
                """.formatted(DIRECTORY, address.getHostAddress());
    }

    private String url() {
        return "https://" + address.getHostAddress() + ":" + PORT;
    }

    /** Starts it once more, with what it had kept; returns when it serves. */
    public void start() {
        Daemon started = host.start(
                "etcd",
                List.of(
                        "etcd",
                        "--name=etcd",
                        "--data-dir=" + DIRECTORY + "/data",
                        "--listen-client-urls=" + url(),
                        "--advertise-client-urls=" + url(),
                        "--listen-peer-urls=http://127.0.0.1:2380",
                        "--initial-advertise-peer-urls=http://127.0.0.1:2380",
                        "--initial-cluster=etcd=http://127.0.0.1:2380",
                        "--client-cert-auth",
                        "--trusted-ca-file=" + DIRECTORY + "/ca.crt",
                        "--cert-file=" + DIRECTORY + "/etcd.crt",
                        "--key-file=" + DIRECTORY + "/etcd.key"));
        daemon = Optional.of(started);
        started.await("to serve", () -> call("range", range("/")).ok(), START);
    }

    /** By SIGKILL: everybody's connections break. */
    public void stop() {
        daemon.ifPresent(Daemon::kill);
    }

    /** What an edge needs, to be let in; in this directory of its host. */
    void admit(Host edge, String directory) {
        for (String file : CLIENT_FILES) {
            try {
                edge.secret(directory + "/" + file, Files.readString(host.path(DIRECTORY + "/" + file)));
            } catch (IOException e) {
                throw new LabException("etcd's certificates are not there: " + e.getMessage(), e);
            }
        }
    }

    /** The part of {@code [fleet]} in an edge's configuration that leads here. */
    String configuration(String directory) {
        return """
                etcd = ["%s"]
                etcd-ca-file = "%s/ca.crt"
                etcd-certificate = "%s/edge.crt"
                etcd-key = "%s/edge.key"
                """.formatted(url(), directory, directory, directory);
    }

    /** Drops what goes between that host and the etcd of another, and nothing else of it. */
    static void cut(Host edge, InetAddress etcd) {
        String ip = etcd.getHostAddress();
        edge.feed("""
                table ip etcd {
                  chain in { type filter hook prerouting priority -450; ip saddr %s tcp sport %d drop; }
                  chain out { type filter hook output priority -450; ip daddr %s tcp dport %d drop; }
                }
                """.formatted(ip, PORT, ip, PORT), "nft", "-f", "-");
    }

    /** Undoes {@link #cut}. */
    static void mend(Host edge) {
        edge.output("nft", "delete", "table", "ip", "etcd");
    }

    /** The value of a key; empty if there is none. */
    public Optional<String> get(String key) {
        Host.Result answer = call("range", range(key));
        if (!answer.ok()) {
            throw new LabException("etcd does not answer: " + answer.errors());
        }
        Matcher found = VALUE.matcher(answer.output());
        return found.find()
                ? Optional.of(new String(Base64.getDecoder().decode(found.group("base64")), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    public void put(String key, String value) {
        Host.Result answer = call("put", "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(base64(key), base64(value)));
        if (!answer.ok()) {
            throw new LabException("etcd takes nothing: " + answer.errors());
        }
    }

    private static String range(String key) {
        return "{\"key\":\"%s\"}".formatted(base64(key));
    }

    /** By its JSON gateway. */
    private Host.Result call(String method, String body) {
        return host.run(
                "curl",
                "-sS",
                "--fail",
                "--max-time",
                "5",
                "--cacert",
                DIRECTORY + "/ca.crt",
                "--cert",
                DIRECTORY + "/edge.crt",
                "--key",
                DIRECTORY + "/edge.key",
                "-d",
                body,
                url() + "/v3/kv/" + method);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
