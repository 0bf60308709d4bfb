package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.fleet.FleetSecret;
import weft.fleet.Forward;
import weft.fleet.TagKeys;
import weft.netio.ReceiveBatch;
import weft.netio.UdpGroup;
import weft.netio.UdpPath;
import weft.netio.UdpSocket;
import weft.netio.Waiter;
import weft.wireguard.Crypto;

/** The real kernel deals out what edges really write. */
@Timeout(60)
class MeshSteeringTest {
    private static final long DAY = 20_417;
    private static final long MAPPED = 0xffffL << 32;
    private static final long V6 = 0x20010db8_00000000L;
    private static final int SHARDS = 8;
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private final SplittableRandom random = new SplittableRandom(11);
    private final FleetSecret secret = FleetSecret.of(0, random());
    private final KeyedBlake prf = new KeyedBlake(Crypto.jdk().hash());
    private final TagKeys keys = new TagKeys(DAY, secret, prf);
    private final MemorySegment out = Arena.ofAuto().allocate(2048);

    @SuppressWarnings("NullAway.Init") // set before each test
    private List<UdpSocket> group;

    @SuppressWarnings("NullAway.Init") // set before each test
    private UdpSocket from;

    @BeforeEach
    void open() throws IOException {
        group = UdpGroup.open(UdpSocket.builder().bind(LOOPBACK), SHARDS, MeshSteering.program(SHARDS));
        from = UdpSocket.builder().bind(LOOPBACK).open();
    }

    @AfterEach
    void close() {
        group.forEach(UdpSocket::close);
        from.close();
    }

    @Test
    void aForwardedDatagramGoesToItsReceiversShard() throws IOException {
        for (int hops = 1; hops <= Forward.MAX_HOPS; hops++) {
            for (boolean v4 : new boolean[] {true, false}) {
                for (byte type = 1; type <= 4; type++) {
                    byte[] datagram = new byte[148];
                    random.nextBytes(datagram);
                    datagram[0] = type;
                    assertThat(shard(forward(hops, v4), datagram))
                            .as("type %d, %d hops, IPv4: %s", type, hops, v4)
                            .isEqualTo(datagram[type == 2 ? 8 : 4] & (SHARDS - 1));
                }
            }
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[FleetSecret.SIZE];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    private static Forward forward(int hops, boolean v4) {
        Forward forward = new Forward().begin(1, 9);
        assertThat(
                        v4
                                ? forward.path(0, MAPPED | 0xc0000207L, 51_820, 0, MAPPED | 0xc6336401L, 2408)
                                : forward.path(V6, 7, 51_820, V6, 1, 2408))
                .isTrue();
        for (int i = 0; i < hops; i++) {
            forward.addHop(100 + i);
        }
        return forward;
    }

    private int shard(Forward forward, byte[] datagram) throws IOException {
        return send(forward.write(MemorySegment.ofArray(datagram), 0, datagram.length, out, 0, keys));
    }

    @Test
    void whatEdgesSayGoesToTheFirst() throws IOException {
        try (MeshCipher cipher = new MeshCipher(secret, prf, Crypto.jdk().aead(), 7, MeshCipher.boot(1, 2))) {
            for (int i = 0; i < 50; i++) {
                byte[] sealed = cipher.seal(new byte[60 + i], DAY);
                MemorySegment.copy(sealed, 0, out, ValueLayout.JAVA_BYTE, 0, sealed.length);
                assertThat(send(sealed.length)).isZero();
            }
        }
    }

    /** Whatever comes, some socket gets it, and refuses it. */
    @Test
    void whatIsTooShortOrMakesNoSenseArrivesToo() throws IOException {
        byte[] nonsense = new byte[200];
        Arrays.fill(nonsense, (byte) 0xdf);
        for (int length = 1; length < nonsense.length; length++) {
            MemorySegment.copy(nonsense, 0, out, ValueLayout.JAVA_BYTE, 0, length);
            assertThat(send(length)).isBetween(0, SHARDS - 1);
        }
    }

    /** @return which socket got it */
    private int send(int length) throws IOException {
        assertThat(from.send(out, 0, length, UdpPath.to(group.getFirst().localAddress())))
                .isTrue();
        try (Waiter waiter = new Waiter()) {
            group.forEach(socket -> waiter.add(socket.fd()));
            assertThat(waiter.await(Duration.ofSeconds(5).toNanos())).isTrue();
            for (int i = 0; i < SHARDS; i++) {
                if (waiter.readable(group.get(i).fd())) {
                    assertThat(group.get(i).receive(new ReceiveBatch(1, 2048))).isEqualTo(1);
                    return i;
                }
            }
        }
        throw new AssertionError("none of them is readable");
    }
}
