package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Server and device on machines that make no IPv6 socket: where a container may not ("sockets"), or where the kernel has it
 * turned off and its settings are not there either ("all"). A system call filter makes them so, for a library in front of libc
 * would not be asked: java.lang.foreign looks functions up in libc itself.
 */
@Timeout(300)
class Ipv4OnlyHostTest {
    private static final String LAUNCHER = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <sched.h>
            #include <stddef.h>
            #include <string.h>
            #include <sys/mount.h>
            #include <sys/prctl.h>
            #include <sys/socket.h>
            #include <sys/syscall.h>
            #include <unistd.h>

            int main(int count, char **arguments) {
              struct sock_filter filter[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
              };
              struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
              if (count < 3 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
                return 111;
              }
              if (!strcmp(arguments[1], "all")
                  && (unshare(CLONE_NEWNS) || mount("", "/", "", MS_REC | MS_PRIVATE, "")
                      || mount("none", "/proc/sys/net/ipv6", "tmpfs", 0, ""))) {
                return 112;
              }
              execvp(arguments[2], arguments + 2);
              return 113;
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set by each test
    private OneMachine world;

    private void makeWorld(String lacking) throws Exception {
        Path source = Files.writeString(directory.resolve("without-ipv6.c"), LAUNCHER);
        Path launcher = directory.resolve("without-ipv6");
        Process gcc = new ProcessBuilder("gcc", "-Wall", "-Werror", "-o", launcher.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        world = new OneMachine(directory, launcher.toString(), lacking);
        listenEverywhere();
    }

    @AfterEach
    void tearDown() {
        world.weft(world.device, "disconnect", "--state-dir", world.state("phone"));
        world.close();
    }

    /** As without a word about it, which is by both families where there are both. */
    private void listenEverywhere() throws IOException {
        String told = Files.readString(world.config());
        String untold = told.replace("listen = [\"203.0.113.1:2408\"]", "");
        assertThat(untold).isNotEqualTo(told);
        Files.writeString(world.config(), untold);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "all"})
    void weServeAndConnectOverIpv4AndSaySo(String lacking) throws Exception {
        makeWorld(lacking);
        world.serve();
        assertThat(Files.readString(directory.resolve("serve.log")))
                .contains("udp 0.0.0.0:2408", "no IPv6 on this machine")
                .doesNotContain("WARN", "Exception");
        world.join(world.invite(), "phone").succeeded();
        assertThat(world.online(5)).isTrue();
        assertThat(world.weft(world.server, "doctor", "--config", world.config().toString())
                        .text())
                .contains("this machine has none: devices reach IPv4 only")
                .doesNotContain("Exception");
    }
}
