package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three bytes that name a client to load balancers: outside all MACs, and given back as they came. */
class ReservedBytesTest {
    private static byte[] stamp(byte[] datagram) {
        return Arrays.copyOfRange(datagram, 1, 4);
    }

    private static byte[] unstamped(byte[] datagram) {
        byte[] copy = datagram.clone();
        Message.stampReserved(copy, 0);
        return copy;
    }

    private static void assertMac1(byte[] datagram, PublicKey receiver) {
        int at = datagram.length - 2 * Spec.MAC_SIZE;
        assertThat(Message.part(datagram, at, 16))
                .isEqualTo(OracleHandshake.mac1(receiver.bytes(), Arrays.copyOf(unstamped(datagram), at)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x010203, 0xffffff, 0x800000, 0xff})
    void everyDatagramOfASessionCarriesWhatTheInitiatorStamps(int reserved) {
        byte[] expected = {(byte) (reserved >> 16), (byte) (reserved >> 8), (byte) reserved};
        Pair pair = new Pair(reserved, 500);
        byte[] initiation = pair.initiation(0);
        assertThat(stamp(initiation)).isEqualTo(expected);
        assertMac1(initiation, pair.responderKey);
        byte[] response = sent(receive(pair.responder, initiation, HERE, 0));
        assertThat(stamp(response)).isEqualTo(expected);
        assertMac1(response, pair.initiatorKey);
        assertThat(receive(pair.initiator, response, THERE, 0)).hasAtLeastOneElementOfType(Event.SealerReady.class);

        Pair other = new Pair(reserved, 500);
        Pair.Session session = other.establish(0);
        byte[] forth = Wire.seal(session.forth(), 16, 1);
        byte[] back = Wire.seal(session.back(), 16, 1);
        assertThat(stamp(forth)).isEqualTo(expected);
        assertThat(stamp(back)).isEqualTo(expected);
        assertThat(Wire.open(session.forthOpener(), unstamped(forth), 1))
                .as("the stamp is not authenticated")
                .isEqualTo(16);
        byte[] rekey = sent(other.responder.initiate(other.initiatorKey, Spec.REKEY_TIMEOUT));
        assertThat(stamp(rekey)).as("our own initiation to that client").isEqualTo(expected);
        other.responder.put(PeerConfig.of(other.initiatorKey), 0);
        byte[] again = sent(other.responder.tick(3 * Spec.REKEY_TIMEOUT));
        assertThat(stamp(again)).as("after the same configuration once more").isEqualTo(expected);
    }
}
