package weft.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DaemonClientTest {
    @TempDir
    Path directory;

    /** Its kernel takes the connection and the request; the process, stopped or stuck, takes neither. */
    @Test
    @Timeout(20)
    void aDaemonThatHangsDoesNotMakeItsClientHang() throws IOException {
        StateDirectory state = new StateDirectory(directory);
        try (ServerSocketChannel stuck = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stuck.bind(UnixDomainSocketAddress.of(state.socket()));
            try (DaemonClient client =
                    DaemonClient.open(state, Duration.ofSeconds(1)).orElseThrow()) {
                assertThatThrownBy(client::status)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("did not answer within 1 s")
                        .hasMessageContaining("weft connect");
            }
        }
    }
}
