package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedIpsTest {
    private final AllowedIps<String> ips = new AllowedIps<>();
    private final Map<AllowedIp, String> model = new HashMap<>();

    private @Nullable String naive(InetAddress address) {
        byte[] bytes = address.getAddress();
        String best = null;
        int longest = -1;
        for (Map.Entry<AllowedIp, String> entry : model.entrySet()) {
            AllowedIp prefix = entry.getKey();
            boolean matches = prefix.address().getAddress().length == bytes.length
                    && new AllowedIp(address, prefix.length()).equals(prefix);
            if (matches && prefix.length() > longest) {
                longest = prefix.length();
                best = entry.getValue();
            }
        }
        return best;
    }

    private static MemorySegment packet(InetAddress source, InetAddress destination) {
        byte[] from = source.getAddress();
        byte[] to = destination.getAddress();
        byte[] packet = new byte[from.length == 4 ? 20 : 40];
        packet[0] = (byte) (from.length == 4 ? 0x45 : 0x60);
        int at = from.length == 4 ? 12 : 8;
        System.arraycopy(from, 0, packet, at, from.length);
        System.arraycopy(to, 0, packet, at + from.length, to.length);
        return MemorySegment.ofArray(packet);
    }

    /** Few bits are random, so that prefixes nest and meet. */
    private static InetAddress address(Random random, boolean v6) {
        byte[] bytes = new byte[v6 ? 16 : 4];
        bytes[0] = 0x20;
        for (int i = 0; i < 3; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) (1 << random.nextInt(8));
        }
        return AllowedIp.of(bytes);
    }

    @Test
    void theLongestPrefixWinsAsInAPlainList() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            boolean v6 = random.nextBoolean();
            AllowedIp prefix = new AllowedIp(address(random, v6), random.nextInt(v6 ? 129 : 33));
            String owner = "owner " + random.nextInt(8);
            switch (random.nextInt(40)) {
                case 0 -> {
                    ips.removeAll(owner);
                    model.values().removeIf(owner::equals);
                }
                case 1, 2, 3, 4, 5, 6, 7, 8 -> {
                    ips.remove(prefix, owner);
                    model.remove(prefix, owner);
                }
                case 9, 10, 11, 12, 13, 14, 15, 16, 17 -> {
                    ips.put(prefix, owner);
                    model.put(prefix, owner);
                }
                default -> {
                    InetAddress source = address(random, v6);
                    InetAddress destination = address(random, v6);
                    MemorySegment packet = packet(source, destination);
                    int length = (int) packet.byteSize();
                    assertThat(ips.source(packet, 0, length))
                            .as("seed %d", seed)
                            .isEqualTo(naive(source));
                    assertThat(ips.destination(packet, 0, length))
                            .as("seed %d", seed)
                            .isEqualTo(naive(destination));
                }
            }
        }
        for (String owner : model.values()) {
            List<AllowedIp> expected = model.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(owner))
                    .map(Map.Entry::getKey)
                    .toList();
            assertThat(ips.of(owner)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void whatIsNoWholeIpPacketBelongsToNobody() {
        ips.put(AllowedIp.parse("0.0.0.0/0"), "all");
        ips.put(AllowedIp.parse("::/0"), "all");
        byte[] bytes = new byte[40];
        for (int first = 0; first < 256; first++) {
            bytes[0] = (byte) first;
            for (int length = 0; length <= 40; length++) {
                MemorySegment exactly = MemorySegment.ofArray(Arrays.copyOf(bytes, length));
                boolean whole = (first >> 4 == 4 && length >= 20) || (first >> 4 == 6 && length >= 40);
                assertThat(ips.source(exactly, 0, length)).isEqualTo(whole ? "all" : null);
                assertThat(ips.destination(exactly, 0, length)).isEqualTo(whole ? "all" : null);
            }
        }
    }

    @Test
    void aPrefixHasOneOwner() {
        AllowedIp prefix = AllowedIp.parse("10.0.0.0/8");
        ips.put(prefix, "a");
        ips.put(prefix, "b");
        ips.remove(prefix, "a");
        assertThat(ips.of("a")).isEmpty();
        assertThat(ips.of("b")).containsExactly(prefix);
    }

    @Test
    void prefixesAreReadAndPrinted() {
        assertThat(AllowedIp.parse("10.1.2.3/8")).hasToString("10.0.0.0/8");
        assertThat(AllowedIp.parse("10.1.2.3")).hasToString("10.1.2.3/32");
        assertThat(AllowedIp.parse("fd00:1:2::ffff/47").toString()).isEqualTo("fd00:1:2:0:0:0:0:0/47");
        assertThat(AllowedIp.parse("fd00:1:3::/47")).isEqualTo(AllowedIp.parse("fd00:1:2::/47"));
        assertThat(AllowedIp.parse("::/0").length()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10/8",
                "10",
                "0x7f.1",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "::/129",
                "::1%lo/128",
                "example.org",
                "10.0.0.0/8/8",
                "10.0.0.256",
                "10.0.0.0 /8",
                "1::2::3",
                "::ffff:1.2.3.4/96"
            })
    void whatIsNoPrefixIsRefused(String text) {
        assertThatThrownBy(() -> AllowedIp.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
