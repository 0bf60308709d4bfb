package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/** Inner packets, as a peer or the TUN hands them in. */
class InnerPacketFuzzTest {
    private final AllowedIps<String> ips = new AllowedIps<>();

    InnerPacketFuzzTest() {
        ips.put(AllowedIp.parse("0.0.0.0/0"), "v4");
        ips.put(AllowedIp.parse("10.0.0.0/8"), "ten");
        ips.put(AllowedIp.parse("10.1.2.3"), "host");
        ips.put(AllowedIp.parse("fd00::/8"), "v6");
    }

    @FuzzTest(maxDuration = "10s")
    void onlyWholeIpPacketsHaveAnOwner(byte[] packet) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        String source = ips.source(segment, 0, packet.length);
        String destination = ips.destination(segment, 0, packet.length);
        boolean v4 = packet.length >= 20 && (packet[0] & 0xf0) == 0x40;
        assertThat(source != null && destination != null && !"v6".equals(source))
                .isEqualTo(v4);
        if (!v4 && source != null) {
            assertThat(packet[8]).isEqualTo((byte) 0xfd);
        }
    }
}
