package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.netio.Privileges.Capability;

class PrivilegesTest {
    @Test
    void readsTheEffectiveUserAndSetNotTheRealOnes() throws Exception {
        Privileges read = Privileges.parse(List.of(
                "Name:\tweft",
                "Uid:\t1000\t998\t1000\t1000",
                "CapPrm:\tffffffffffffffff",
                "CapEff:\t0000000000001400"));
        assertThat(read.effectiveUser()).isEqualTo(998);
        assertThat(read.has(Capability.NET_ADMIN)).isTrue();
        assertThat(read.has(Capability.NET_BIND_SERVICE)).isTrue();
        assertThat(read.has(Capability.NET_RAW)).isFalse();
        assertThat(read.has(Capability.SYS_ADMIN)).isFalse();
    }

    @Test
    void agreesWithTheSystemAboutThisThread() throws Exception {
        assertThat(Privileges.ofThisThread().effectiveUser())
                .isEqualTo(Integer.parseInt(TestNamespace.run("id -u").strip()));
    }

    @Test
    void anUnexpectedFileIsRefused() {
        assertThatThrownBy(() -> Privileges.parse(List.of("Uid:\t0"))).isInstanceOf(IOException.class);
    }
}
