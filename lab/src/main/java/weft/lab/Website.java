package weft.lab;

import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Internet side's nginx: every name answers with its name and the address it saw; /large is a file to download. */
public final class Website {
    /** The size of the page /large, in bytes. */
    public static final int LARGE = 16 << 20;

    private static final long SEED = 1;
    private static final Pattern PAGE = Pattern.compile("This is (?<name>\\S+)\\. You are (?<client>\\S+)\\.");

    private final String sha256;

    private Website(String sha256) {
        this.sha256 = sha256;
    }

    /**
     * Starts it.
     *
     * @param bytesPerSecond how fast /large is sent, evenly
     */
    public static Website start(World world, int bytesPerSecond) {
        Host host = world.host(Topology.WEB);
        host.write("/run/nginx.conf", configuration(bytesPerSecond));
        byte[] content = new byte[LARGE];
        new Random(SEED).nextBytes(content);
        host.write("/run/www/large", content);
        Daemon nginx = host.start("nginx", List.of("nginx", "-c", "/run/nginx.conf", "-e", "stderr"));
        nginx.await("to listen", () -> Files.exists(host.path("/run/nginx.pid")), Duration.ofSeconds(10));
        return new Website(HexFormat.of().formatHex(Download.sha256().digest(content)));
    }

    /** The SHA-256 of /large, in hexadecimal. */
    public String sha256() {
        return sha256;
    }

    /** The address that the website saw, from the page / of a name; fails if that is another page. */
    public static InetAddress client(String name, String page) {
        Matcher matcher = PAGE.matcher(page);
        if (!matcher.matches() || !matcher.group("name").equals(name)) {
            throw new LabException("This is not the page of " + name + ": " + page);
        }
        return InetAddress.ofLiteral(matcher.group("client"));
    }

    /** One process and root as its user, since a user namespace may have no other. */
    private static String configuration(int bytesPerSecond) {
        return """
                user root root;
                daemon off;
                master_process off;
                pid /run/nginx.pid;
                events {}
                http {
                  access_log off;
                  client_body_temp_path /run/nginx-body;
                  proxy_temp_path /run/nginx-proxy;
                  fastcgi_temp_path /run/nginx-fastcgi;
                  uwsgi_temp_path /run/nginx-uwsgi;
                  scgi_temp_path /run/nginx-scgi;
                  server {
                    listen 80;
                    listen [::]:80;
                    default_type text/plain;
                    location = / { return 200 "This is $host. You are $remote_addr.\\n"; }
                    location = /large { root /run/www; sendfile on; sendfile_max_chunk 32k; limit_rate %d; }
                  }
                }
                """.formatted(bytesPerSecond);
    }
}
