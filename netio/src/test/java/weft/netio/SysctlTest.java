package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SysctlTest {
    @Test
    void settingsFollowTheThreadsNamespace() throws Exception {
        String outside =
                TestNamespace.run("cat /proc/sys/net/ipv4/ip_default_ttl").strip();
        TestNamespace.inNew(() -> {
            Sysctl.write("net/ipv4/ip_default_ttl", "77");
            assertThat(Sysctl.read("net/ipv4/ip_default_ttl")).isEqualTo("77");
            assertThat(TestNamespace.run("cat /proc/sys/net/ipv4/ip_default_ttl")
                            .strip())
                    .isEqualTo("77");
        });
        assertThat(Sysctl.read("net/ipv4/ip_default_ttl")).isEqualTo(outside);
    }

    @Test
    void aRefusedValueAndAMissingSettingAreNamed() throws Exception {
        TestNamespace.inNew(() -> {
            assertThatThrownBy(() -> Sysctl.write("net/ipv4/ip_default_ttl", "9999"))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("set kernel setting net/ipv4/ip_default_ttl: ");
            assertThatThrownBy(() -> Sysctl.read("net/ipv4/no_such"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("read kernel setting net/ipv4/no_such: this kernel does not have it");
        });
    }

    @Test
    void aNameThatLeavesProcSysIsRefused() {
        assertThatThrownBy(() -> Sysctl.read("net/../../self/status")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sysctl.read("/etc/passwd")).isInstanceOf(IllegalArgumentException.class);
    }
}
