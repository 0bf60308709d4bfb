package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order of allowed IPs within a request, as wireguard-go and the kernel keep it. Needs root: see {@link TwoTunnels}. */
@Timeout(60)
class UapiTest {
    private static final String FIRST = "ab".repeat(32);
    private static final String SECOND = "cd".repeat(32);

    @Test
    void whatIsTakenAwayAndThenAddedIsThere() throws Exception {
        withUapi(uapi -> {
            set(uapi, FIRST, "allowed_ip=10.1.0.0/16");
            set(uapi, FIRST, "allowed_ip=-10.1.0.0/16", "allowed_ip=10.1.0.0/16");
            assertThat(allowed(uapi, FIRST)).containsExactly("10.1.0.0/16");
        });
    }

    @Test
    void whatIsAddedAndThenTakenAwayIsNot() throws Exception {
        withUapi(uapi -> {
            set(uapi, FIRST, "allowed_ip=+10.1.0.0/16", "allowed_ip=10.2.0.0/16", "allowed_ip=-10.1.0.0/16");
            assertThat(allowed(uapi, FIRST)).containsExactly("10.2.0.0/16");
        });
    }

    @Test
    void whatIsAddedAndThenTakenAwayHasLeftItsFormerOwner() throws Exception {
        withUapi(uapi -> {
            set(uapi, FIRST, "allowed_ip=10.1.0.0/16");
            set(uapi, SECOND, "allowed_ip=10.1.0.0/16", "allowed_ip=-10.1.0.0/16");
            assertThat(allowed(uapi, FIRST)).isEmpty();
            assertThat(allowed(uapi, SECOND)).isEmpty();
        });
    }

    @Test
    void anothersPrefixCannotBeTakenAway() throws Exception {
        withUapi(uapi -> {
            set(uapi, FIRST, "allowed_ip=10.1.0.0/16");
            set(uapi, SECOND, "allowed_ip=-10.1.0.0/16");
            assertThat(allowed(uapi, FIRST)).containsExactly("10.1.0.0/16");
        });
    }

    @Test
    void aReplacementSparesWhatComesAfterItAlone() throws Exception {
        withUapi(uapi -> {
            set(uapi, FIRST, "allowed_ip=10.1.0.0/16");
            set(
                    uapi,
                    FIRST,
                    "allowed_ip=10.2.0.0/16",
                    "replace_allowed_ips=true",
                    "allowed_ip=10.3.0.0/16",
                    "allowed_ip=10.4.0.0/16",
                    "allowed_ip=-10.3.0.0/16");
            assertThat(allowed(uapi, FIRST)).containsExactly("10.4.0.0/16");
        });
    }

    private static void withUapi(Consumer<Uapi> task) throws Exception {
        TwoTunnels.with(world -> task.accept(new Uapi(world.near)));
    }

    private static void set(Uapi uapi, String peer, String... lines) {
        List<String> request = new ArrayList<>(List.of("set=1", "public_key=" + peer));
        Collections.addAll(request, lines);
        assertThat(uapi.answer(request)).isEqualTo("errno=0\n\n");
    }

    private static List<String> allowed(Uapi uapi, String peer) {
        List<String> lines = uapi.answer(List.of("get=1")).lines().toList();
        return lines.subList(lines.indexOf("public_key=" + peer) + 1, lines.size()).stream()
                .takeWhile(line -> !line.startsWith("public_key="))
                .filter(line -> line.startsWith("allowed_ip="))
                .map(line -> line.substring("allowed_ip=".length()))
                .toList();
    }
}
