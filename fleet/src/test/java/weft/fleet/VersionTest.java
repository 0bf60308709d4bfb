package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void aLaterHandshakeIsAfterAndSoIsEachChange() {
        Version first = Version.first(1_000);
        Version roamed = first.changed();
        Version again = roamed.changed();
        Version rekeyed = again.handshake(1_001);
        assertThat(first).isLessThan(roamed);
        assertThat(roamed).isLessThan(again);
        assertThat(again).isLessThan(rekeyed);
        assertThat(rekeyed).isEqualTo(Version.first(1_001));
    }

    @Test
    void aHandshakeByAClockThatIsBehindIsAfterAllTheSame() {
        Version before = Version.first(8_000_000_000L).changed();
        Version taken = before.handshake(100);
        assertThat(taken).isGreaterThan(before);
        assertThat(taken.handshake(200)).isGreaterThan(taken);
        assertThat(taken.handshake(8_000_000_001L)).isGreaterThan(taken.changed());
    }

    @Test
    void ofEqualVersionsTheEdgeWithTheGreaterNumberWins() {
        SessionRecord one = MeshMessageTest.record();
        SessionRecord other = heldBy(one, 1, one.version());
        assertThat(one.isAfter(other)).as("numbers are unsigned").isTrue();
        assertThat(other.isAfter(one)).isFalse();
        assertThat(one.isAfter(one)).isFalse();
        SessionRecord later = heldBy(one, 1, one.version().changed());
        assertThat(later.isAfter(one)).isTrue();
        assertThat(one.isAfter(later)).isFalse();
    }

    private static SessionRecord heldBy(SessionRecord record, int holder, Version version) {
        return new SessionRecord(
                record.device(),
                record.endpoint(),
                record.identity(),
                record.reserved(),
                record.receiverIndices(),
                record.sent(),
                record.received(),
                holder,
                version);
    }

    @Test
    void changesDoNotRunBackwards() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Version(1, -1));
    }

    @Test
    void stampsCompareUnsignedAsTheirBytesDo() {
        assertThat(Stamp.NEVER).isLessThan(new Stamp(0, 1));
        assertThat(new Stamp(1, -1)).isGreaterThan(new Stamp(1, 5)).isLessThan(new Stamp(2, 0));
        assertThat(new Stamp(-1, 0)).isGreaterThan(new Stamp(Long.MAX_VALUE, 0));
    }
}
