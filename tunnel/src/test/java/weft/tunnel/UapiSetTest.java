package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.wireguard.AllowedIp;

class UapiSetTest {
    private static final String KEY = "ab".repeat(32);
    private static final String PEER = "public_key=" + KEY;

    @Test
    void everyKeyOfTheProtocolIsUnderstood() {
        UapiSet set = UapiSet.parse(List.of(
                "private_key=" + KEY,
                "listen_port=51820",
                "fwmark=4294967295",
                "replace_peers=true",
                PEER,
                "update_only=true",
                "preshared_key=" + KEY,
                "endpoint=[2001:db8::1]:51820",
                "persistent_keepalive_interval=25",
                "replace_allowed_ips=true",
                "allowed_ip=10.0.0.0/8",
                "allowed_ip=+10.1.0.0/16",
                "allowed_ip=-::/0",
                "protocol_version=1",
                "public_key=" + "cd".repeat(32),
                "remove=true"));
        assertThat(set.privateKey().orElseThrow().key()).isPresent();
        assertThat(set.port()).hasValue(51820);
        assertThat(set.mark()).hasValue(-1);
        assertThat(set.replacePeers()).isTrue();
        assertThat(set.peers()).hasSize(2);
        UapiSet.Peer peer = set.peers().getFirst();
        assertThat(peer.updateOnly()).isTrue();
        assertThat(peer.remove()).isFalse();
        assertThat(peer.presharedKey()).isPresent();
        assertThat(peer.endpoint()).contains(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 51820));
        assertThat(peer.persistentKeepalive()).hasValue(25);
        assertThat(peer.replaceAllowedIps()).isTrue();
        assertThat(peer.allowedIpChanges())
                .containsExactly(
                        new UapiSet.AllowedIpChange(AllowedIp.parse("10.0.0.0/8"), true),
                        new UapiSet.AllowedIpChange(AllowedIp.parse("10.1.0.0/16"), true),
                        new UapiSet.AllowedIpChange(AllowedIp.parse("::/0"), false));
        assertThat(set.peers().getLast().remove()).isTrue();
    }

    @Test
    void anEmptyRequestChangesNothing() {
        UapiSet set = UapiSet.parse(List.of());
        assertThat(set.privateKey()).isEmpty();
        assertThat(set.port()).isEqualTo(OptionalInt.empty());
        assertThat(set.peers()).isEmpty();
    }

    @Test
    void aKeyOfZeroesTakesTheKeyAway() {
        UapiSet set = UapiSet.parse(List.of("private_key=" + "00".repeat(32)));
        assertThat(set.privateKey().orElseThrow().key()).isEmpty();
    }

    @Test
    void anEmptyMarkIsNone() {
        assertThat(UapiSet.parse(List.of("fwmark=")).mark()).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "unknown=1",
                "private_key=ab",
                "private_key=xy",
                "listen_port=65536",
                "listen_port=-1",
                "listen_port=",
                "fwmark=4294967296",
                "replace_peers=false",
                "public_key=00",
                "remove=true"
            })
    void aWrongLineOfTheDeviceIsRefused(String line) {
        assertThatThrownBy(() -> UapiSet.parse(List.of(line))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen_port=1",
                "remove=yes",
                "update_only=",
                "preshared_key=ab",
                "endpoint=192.0.2.1",
                "endpoint=vpn.example:51820",
                "endpoint=192.0.2.1:65536",
                "persistent_keepalive_interval=65536",
                "replace_allowed_ips=1",
                "allowed_ip=10.0.0.0/33",
                "allowed_ip=--10.0.0.0/8",
                "protocol_version=2"
            })
    void aWrongLineOfAPeerIsRefused(String line) {
        assertThatThrownBy(() -> UapiSet.parse(List.of(PEER, line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(line.substring(0, line.indexOf('=')));
    }

    @Test
    void nothingMadeOfItsOwnWordsMakesItFailOtherwise() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> keys = List.of("private_key", "public_key", "endpoint", "allowed_ip", "fwmark", "remove", "");
        List<String> values =
                List.of(KEY, "true", "[", "]:1", ":", "[]:1", "-", "+", "/", "::", "1.2.3.4:5", "\0", "%");
        for (int run = 0; run < 20_000; run++) {
            List<String> lines = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String value = values.get(random.nextInt(values.size())) + values.get(random.nextInt(values.size()));
                lines.add(
                        keys.get(random.nextInt(keys.size())) + "=" + value.substring(random.nextInt(value.length())));
            }
            try {
                UapiSet.parse(lines);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).isIn(keys);
            }
        }
    }
}
