package weft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import weft.api.DeviceKey;
import weft.api.DeviceUpdate;
import weft.api.Json;
import weft.api.RegistrationRequest;

/** The bodies that strangers and devices send. An even first byte: a registration, an odd one: an update. */
class RequestsFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void aBodyIsTakenOrRefusedInTheApisOwnForm(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        byte[] body = Arrays.copyOfRange(bytes, 1, bytes.length);
        try {
            if (bytes[0] % 2 == 0) {
                RegistrationRequest request = Json.read(body, RegistrationRequest.class);
                Requests.check(request);
                assertThat(DeviceKey.parse(request.key()).base64()).hasSize(44);
            } else {
                Requests.check(Json.read(body, DeviceUpdate.class));
            }
        } catch (Refusal refused) {
            assertThat(refused.problem().status()).isBetween(400, 499);
        } catch (IllegalArgumentException malformed) {
            assertThat(malformed.getMessage()).isNotBlank();
        }
    }
}
