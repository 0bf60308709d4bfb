package weft.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;

/** What a registry is sent, and what its clients are answered. The first byte chooses what the rest is read as. */
class JsonFuzzTest {
    private static final List<Class<?>> RECORDS = List.of(
            RegistrationRequest.class,
            DeviceUpdate.class,
            LicenseUpdate.class,
            InviteRequest.class,
            Window.class,
            Registration.class,
            Device.class,
            Account.class,
            ClientConfig.class,
            BoundDevice.class,
            AdminDevice.class,
            InviteInfo.class,
            DeviceChanges.class,
            KeyUses.class,
            FleetKeyStatus.class,
            ErrorReply.class);
    private static final int LONGEST_REFUSAL = 500;

    @FuzzTest(maxDuration = "10s")
    void anythingIsReadOrRefused(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Class<?> type = RECORDS.get(Byte.toUnsignedInt(bytes[0]) % RECORDS.size());
        try {
            assertThat(Json.read(Arrays.copyOfRange(bytes, 1, bytes.length), type))
                    .isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(LONGEST_REFUSAL);
        }
    }
}
