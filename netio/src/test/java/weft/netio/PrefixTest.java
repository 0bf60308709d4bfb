package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.3, 10.1.2.3/32",
        "192.168.255.255/17, 192.168.128.0/17",
        "1.2.3.4/0, 0.0.0.0/0",
        "fd00:1::ffff/32, fd00:1:0:0:0:0:0:0/32",
        "::1, 0:0:0:0:0:0:0:1/128",
        "::/0, 0:0:0:0:0:0:0:0/0"
    })
    void hostBitsAreZero(String text, String expected) {
        assertThat(Prefix.parse(text)).hasToString(expected).isEqualTo(Prefix.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "example.org/8"})
    void nonsenseIsRefused(String text) {
        assertThatThrownBy(() -> Prefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void containsWhatLiesInItAndNothingOfTheOtherFamily() {
        Prefix ten = Prefix.parse("10.0.0.0/9");
        assertThat(ten.contains(InetAddress.ofLiteral("10.127.255.255"))).isTrue();
        assertThat(ten.contains(InetAddress.ofLiteral("10.128.0.0"))).isFalse();
        assertThat(ten.contains(Prefix.parse("10.64.0.0/10"))).isTrue();
        assertThat(ten.contains(Prefix.parse("10.0.0.0/8"))).isFalse();
        assertThat(Prefix.ALL_IPV6.contains(InetAddress.ofLiteral("10.0.0.1"))).isFalse();
        assertThat(Prefix.ALL_IPV4.contains(InetAddress.ofLiteral("::1"))).isFalse();
    }

    @Test
    void anIpv4MappedBlockStaysIpv6() {
        Prefix mapped = new Prefix(Family.address(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}), 96);
        assertThat(mapped.family()).isEqualTo(Family.IPV6);
        assertThat(mapped.length()).isEqualTo(96);
    }
}
