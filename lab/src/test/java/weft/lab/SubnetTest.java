package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SubnetTest {
    @Test
    void addressesAreCountedFromTheFirst() {
        assertThat(Subnet.of("192.0.2.4/30").address(2)).isEqualTo(InetAddress.ofLiteral("192.0.2.6"));
        assertThat(Subnet.of("192.0.2.0/24").address(255)).isEqualTo(InetAddress.ofLiteral("192.0.2.255"));
        assertThat(Subnet.of("2001:db8:a:1::/64").address(1)).isEqualTo(InetAddress.ofLiteral("2001:db8:a:1::1"));
        assertThat(Subnet.of("::/0").address(1)).isEqualTo(InetAddress.ofLiteral("::1"));
    }

    @Test
    void anAddressIsInsideWhenThePrefixIsItsOwn() {
        Subnet subnet = Subnet.of("203.0.113.64/30");
        assertThat(subnet.contains(InetAddress.ofLiteral("203.0.113.67"))).isTrue();
        assertThat(subnet.contains(InetAddress.ofLiteral("203.0.113.68"))).isFalse();
        assertThat(subnet.contains(InetAddress.ofLiteral("2001:db8::1"))).isFalse();
        assertThat(Subnet.of("0.0.0.0/0").contains(InetAddress.ofLiteral("255.255.255.255")))
                .isTrue();
    }

    @Test
    void bitsBehindThePrefixAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Subnet.of("192.0.2.1/24"));
        assertThatIllegalArgumentException().isThrownBy(() -> Subnet.of("192.0.2.0/33"));
        assertThatIllegalArgumentException().isThrownBy(() -> Subnet.of("192.0.2.0"));
    }
}
