package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NamespacesTest {
    @Test
    void aNewNamespaceIsTheThreadsAloneAndItsProcessesBeginThere() throws Exception {
        Path outside = Files.readSymbolicLink(Namespaces.ofThisThread());
        TestNamespace.inNew(() -> {
            String inside = Files.readSymbolicLink(Namespaces.ofThisThread()).toString();
            assertThat(inside).isNotEqualTo(outside.toString());
            assertThat(TestNamespace.run("readlink /proc/self/ns/net").strip()).isEqualTo(inside);
            assertThat(TestNamespace.run("ip -o link").lines()).hasSize(1);
        });
        assertThat(Files.readSymbolicLink(Namespaces.ofThisThread())).isEqualTo(outside);
    }

    @Test
    void anotherThreadEntersByPathAndItsSocketsLiveThere() throws Exception {
        CompletableFuture<Path> path = new CompletableFuture<>();
        CountDownLatch done = new CountDownLatch(1);
        Thread owner = Thread.ofPlatform().start(() -> {
            try {
                Namespaces.unshareNetwork();
                TestNamespace.run("ip link add seen type veth peer name other");
                path.complete(Namespaces.ofThisThread());
                done.await();
            } catch (Throwable failed) {
                path.completeExceptionally(failed);
            }
        });
        try (Netlink inside = Namespaces.within(path.join(), Netlink::open);
                Netlink outside = Netlink.open()) {
            assertThat(inside.links()).extracting(Link::name).contains("seen");
            assertThat(outside.links()).extracting(Link::name).doesNotContain("seen");
        } finally {
            done.countDown();
            owner.join();
        }
    }

    @Test
    void aMissingNamespaceIsNamedAndTheTasksExceptionComesThrough() throws Exception {
        assertThatThrownBy(() -> Namespaces.within(Path.of("/run/netns/none"), () -> 1))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("enter network namespace /run/netns/none: No such file or directory");
        Path own = Namespaces.ofThisThread();
        assertThatThrownBy(() -> Namespaces.within(own, () -> {
                    throw new IOException("its own");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("its own");
    }

    @Test
    void aVirtualThreadIsRefused() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                Namespaces.unshareNetwork();
                thrown.complete(new AssertionError("not refused"));
            } catch (Throwable refused) {
                thrown.complete(refused);
            }
        });
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }
}
