package weft.api;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The directory of a registry in another process, for an edge that holds one of its edge tokens. */
public final class HttpDirectory implements DeviceDirectory {
    private static final String DEVICES = "/fleet/api/devices";
    private static final Duration POLL_TIMEOUT = ChangePoller.WAIT.plus(Http.TIMEOUT);

    private final Http http;
    private final String token;

    /**
     * @param caFile certificates of authorities to believe besides the JDK's
     * @throws IOException if that file cannot be read
     */
    public HttpDirectory(URI registry, String edgeToken, Optional<Path> caFile) throws IOException {
        this.http = new Http(registry, caFile, Optional.empty());
        this.token = edgeToken;
    }

    @Override
    public Optional<Device> byKey(DeviceKey publicKey) throws IOException {
        String key = URLEncoder.encode(publicKey.base64(), StandardCharsets.UTF_8);
        return Arrays.stream(devices("?key=" + key)).findFirst();
    }

    @Override
    public List<Device> byClientId(int clientId) throws IOException {
        return List.of(devices("?client_id=" + clientId));
    }

    private Device[] devices(String query) throws IOException {
        return http.call("GET", DEVICES + query).bearer(token).send(Device[].class);
    }

    @Override
    public void keyUses(KeyUses uses) throws IOException {
        http.call("POST", "/fleet/api/key-uses").bearer(token).body(uses).send();
    }

    @Override
    public Watch watch(Consumer<DeviceChange> listener) {
        return ChangePoller.start(this::poll, listener);
    }

    private DeviceChanges poll(String run, long last) throws IOException {
        return http.call("GET", "/fleet/api/changes?run=" + Paths.segment(run) + "&last=" + last)
                .bearer(token)
                .timeout(POLL_TIMEOUT)
                .send(DeviceChanges.class);
    }

    @Override
    public void close() {
        http.close();
    }
}
