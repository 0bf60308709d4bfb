package weft.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** What people paste. */
class InviteFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void anythingIsAnInviteThatCanBeWrittenAgainOrRefused(byte[] bytes) {
        Invite invite;
        try {
            invite = Invite.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).startsWith("this is not a whole invite: ");
            return;
        }
        assertThat(Invite.parse(invite.format())).isEqualTo(invite);
    }
}
