package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.World.MILLI;
import static weft.wireguard.World.SECOND;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every timer of section 6 of the whitepaper at its exact time. The link takes no time unless a test says so. */
class TimersTest {
    private final World world = new World(1, new ToyCurve());
    private final Node a = world.node("192.0.2.1");
    private final Node b = world.node("192.0.2.2");

    @BeforeEach
    void peers() {
        a.peer(PeerConfig.of(b.key()).withEndpoint(b.place()));
        b.peer(PeerConfig.of(a.key()).withEndpoint(a.place()));
    }

    private List<Long> times(Node from, int type) {
        return world.wire.stream()
                .filter(seen -> seen.from() == from && seen.type() == type)
                .map(World.Seen::at)
                .toList();
    }

    private long initiations(Node from) {
        return times(from, Spec.INITIATION).size();
    }

    private List<Long> keepalives(Node from) {
        return world.wire.stream()
                .filter(seen -> seen.from() == from && seen.datagram().length == Spec.TRANSPORT_OVERHEAD)
                .map(World.Seen::at)
                .toList();
    }

    /** A's session at time 0. */
    private void establish() {
        a.send(1);
        world.runUntil(0);
        assertThat(b.delivered).containsKey(1L);
    }

    @Test
    void theInitiatorRekeysWithItsFirstPacketAfterTwoMinutes() {
        establish();
        world.at(Spec.REKEY_AFTER_TIME - 1, () -> a.send(2));
        world.runUntil(Spec.REKEY_AFTER_TIME - 1);
        assertThat(initiations(a)).isEqualTo(1);
        world.at(Spec.REKEY_AFTER_TIME, () -> a.send(3));
        world.runUntil(Spec.REKEY_AFTER_TIME);
        assertThat(times(a, Spec.INITIATION)).containsExactly(0L, Spec.REKEY_AFTER_TIME);
    }

    @Test
    void theResponderDoesNotRekeyWhenItSends() {
        establish();
        world.every(SECOND, 160 * SECOND, () -> b.send(world.now()));
        world.runUntil(160 * SECOND);
        assertThat(initiations(b)).isZero();
    }

    @Test
    void aSessionThatOnlyReceivesIsRenewedByItsInitiatorFifteenSecondsBeforeItsEnd() {
        establish();
        Opener opener = a.events(Event.OpenerReady.class).getFirst().opener();
        Sealer sealer = b.events(Event.SealerReady.class).getFirst().sealer();
        assertThat(signal(sealer, opener, 165 * SECOND - 1)).isEqualTo(Opener.Signal.NONE);
        assertThat(signal(sealer, opener, 165 * SECOND)).isEqualTo(Opener.Signal.REKEY);
        assertThat(signal(sealer, opener, 166 * SECOND)).isEqualTo(Opener.Signal.NONE);
        Opener responders = b.events(Event.OpenerReady.class).getFirst().opener();
        Sealer initiators = a.events(Event.SealerReady.class).getFirst().sealer();
        assertThat(signal(initiators, responders, 170 * SECOND)).isEqualTo(Opener.Signal.NONE);
    }

    private static Opener.Signal signal(Sealer sealer, Opener opener, long now) {
        assertThat(Wire.open(opener, Wire.seal(sealer, 16, now), now)).isEqualTo(16);
        return opener.takeSignal();
    }

    @Test
    void nothingIsSealedNorOpenedThreeMinutesAfterTheHandshake() {
        establish();
        Opener opener = b.events(Event.OpenerReady.class).getFirst().opener();
        Sealer sealer = a.events(Event.SealerReady.class).getFirst().sealer();
        long end = Spec.REJECT_AFTER_TIME;
        byte[] last = Wire.seal(sealer, 16, end - 1);
        byte[] more = Wire.seal(sealer, 16, end - 1);
        assertThat(Wire.sealed(sealer, 16, end)).isEqualTo(Sealer.SPENT);
        assertThat(Wire.open(opener, last, end - 1)).isEqualTo(16);
        assertThat(Wire.open(opener, more, end)).isEqualTo(Opener.EXPIRED);
        world.runUntil(end);
        assertThat(a.events(Event.SealerRetired.class)).hasSize(1);
        assertThat(a.openers() + b.openers()).isZero();
        assertThat(world.aead.openKeys()).isZero();
    }

    @Test
    void anInitiationIsRepeatedFromFiveSecondsOnAndGivenUpAfterNinety() {
        world.link.loss = 1;
        a.send(1);
        world.runUntil(200 * SECOND);
        List<World.Seen> sent = world.wire;
        assertThat(sent).hasSizeBetween(17, 18);
        for (int i = 1; i < sent.size(); i++) {
            byte[] before = sent.get(i - 1).datagram();
            byte[] after = sent.get(i).datagram();
            assertThat(sent.get(i).at() - sent.get(i - 1).at())
                    .isBetween(Spec.REKEY_TIMEOUT, Spec.REKEY_TIMEOUT + Tuning.MAX_JITTER);
            assertThat(Message.part(after, Message.INITIATION_EPHEMERAL, 32))
                    .isNotEqualTo(Message.part(before, Message.INITIATION_EPHEMERAL, 32));
            assertThat(Message.index(after, Message.SENDER)).isNotEqualTo(Message.index(before, Message.SENDER));
        }
        assertThat(sent.getLast().at()).isLessThan(Spec.REKEY_ATTEMPT_TIME);
        assertThat(a.events(Event.Unreachable.class)).hasSize(1);
        assertThat(a.nextTick()).as("nothing more to do").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aPeerThatComesUpLateIsReachedByTheNextRepetition() {
        world.link.loss = 1;
        a.send(7);
        world.runUntil(12 * SECOND);
        world.link.heal();
        world.runUntil(17 * SECOND);
        assertThat(b.delivered).containsKey(7L);
        assertThat(initiations(a)).isEqualTo(4);
    }

    @Test
    void dataThatIsNotAnsweredIsAcknowledgedByOneKeepaliveTenSecondsAfterItsFirst() {
        establish();
        world.at(20 * SECOND, () -> a.send(2));
        world.at(25 * SECOND, () -> a.send(3));
        world.runUntil(100 * SECOND);
        // The first answers packet 1, which came at 0 and confirmed the session.
        assertThat(keepalives(b)).containsExactly(10 * SECOND, 30 * SECOND);
    }

    @Test
    void aKeepaliveIsNotAnswered() {
        establish();
        world.runUntil(150 * SECOND);
        assertThat(keepalives(a)).isEmpty();
        assertThat(keepalives(b)).hasSize(1);
    }

    @Test
    void whatIsSentInTimeSavesTheKeepalive() {
        establish();
        world.at(9 * SECOND, () -> b.send(2));
        world.runUntil(18 * SECOND);
        assertThat(keepalives(b)).isEmpty();
    }

    @Test
    void aNewHandshakeBeginsFifteenSecondsAfterDataThatNobodyHeard() {
        establish();
        world.runUntil(30 * SECOND);
        world.link.loss = 1;
        world.at(31 * SECOND, () -> a.send(2));
        world.at(40 * SECOND, () -> a.send(3));
        world.runUntil(46 * SECOND - 1);
        assertThat(initiations(a)).isEqualTo(1);
        world.runUntil(46 * SECOND);
        assertThat(times(a, Spec.INITIATION)).containsExactly(0L, 46 * SECOND);
    }

    @Test
    void aHandshakeThatSucceedsCountsAsHearingFromThePeer() {
        establish();
        world.runUntil(30 * SECOND);
        world.link.loss = 1;
        world.at(31 * SECOND, () -> a.send(2));
        world.at(47 * SECOND, () -> a.send(3));
        world.runUntil(48 * SECOND);
        world.link.heal();
        world.at(61 * SECOND, () -> a.send(4));
        world.runUntil(70 * SECOND);
        assertThat(b.delivered).containsKey(4L);
        assertThat(times(a, Spec.INITIATION).stream().filter(at -> at > 52 * SECOND))
                .as("handshakes after the one that succeeded at about 51 s")
                .isEmpty();
    }

    @Test
    void persistentKeepalivesOpenASessionAndKeepItOpen() {
        a.peer(PeerConfig.of(b.key()).withEndpoint(b.place()).withPersistentKeepalive(25));
        world.runUntil(100 * SECOND);
        assertThat(times(a, Spec.INITIATION)).containsExactly(0L);
        assertThat(keepalives(a)).containsExactly(0L, 25 * SECOND, 50 * SECOND, 75 * SECOND, 100 * SECOND);
        world.at(110 * SECOND, () -> a.send(1));
        world.runUntil(119 * SECOND);
        assertThat(keepalives(a)).hasSize(5);
    }

    @Test
    void anIdleSessionSendsNothing() {
        establish();
        world.runUntil(10 * SECOND);
        int before = world.wire.size();
        world.runFor(600 * SECOND);
        assertThat(world.wire).hasSize(before);
        assertThat(a.nextTick()).isEqualTo(Long.MAX_VALUE);
        assertThat(b.nextTick()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void twentyMinutesOfTrafficLoseNothingAndRekeyTenTimes() {
        world.link.delay = 40 * MILLI;
        long until = 1200 * SECOND;
        world.every(50 * MILLI, until, () -> {
            a.send(2 * world.now());
            b.send(2 * world.now() + 1);
        });
        world.runUntil(until + SECOND);
        assertThat(a.delivered.size()).isEqualTo(24_000);
        assertThat(b.delivered.size()).isEqualTo(24_000);
        assertThat(initiations(a) + initiations(b)).isBetween(10L, 22L);
        assertThat(a.events(Event.Unreachable.class)).isEmpty();
    }

    @Test
    void bothInitiatingAtOneMomentHaveASessionAfterOneRoundTrip() {
        world.link.delay = 50 * MILLI;
        a.send(1);
        b.send(2);
        world.runUntil(200 * MILLI);
        assertThat(a.delivered).containsOnlyKeys(2L);
        assertThat(b.delivered).containsOnlyKeys(1L);
        assertThat(initiations(a) + initiations(b)).isEqualTo(2);
    }
}
