package weft.lab;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A download by curl in a host, watched from outside: how far it is, its longest stall, its SHA-256.
 *
 * <p>Curl's output comes through a pipe as it arrives, so a stall is the longest time without a byte after the first.
 */
public final class Download {
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final AtomicLong received = new AtomicLong();

    private Download() {}

    /** What came, when curl had ended well. */
    public record Result(long bytes, String sha256, Duration longestStall, Duration took) {}

    /** Starts it; it ends by itself within a minute. */
    public static Download start(Host host, String url) {
        Download download = new Download();
        ProcessBuilder curl = host.builder(
                List.of("curl", "--silent", "--show-error", "--fail", "--no-buffer", "--max-time", "60", url));
        Thread.startVirtualThread(() -> download.watch(curl));
        return download;
    }

    /** The bytes that have arrived so far. */
    public long received() {
        return received.get();
    }

    /** Waits until that many bytes have arrived, or it has ended; fails if that takes longer than our patience. */
    public void awaitReceived(long bytes, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (received() < bytes && !result.isDone()) {
            if (System.nanoTime() - deadline > 0) {
                throw new LabException("The download is stuck at " + received() + " bytes.");
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    /** Waits for its end; fails if curl did. */
    public Result await() {
        try {
            return result.join();
        } catch (CompletionException e) {
            throw new LabException("The download broke after " + received() + " bytes: " + e.getCause(), e);
        }
    }

    private void watch(ProcessBuilder curl) {
        try {
            Process process =
                    curl.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            Result arrived = read(process.getInputStream());
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException("curl ended with status " + status);
            }
            result.complete(arrived);
        } catch (IOException | InterruptedException e) {
            result.completeExceptionally(e);
        }
    }

    private Result read(InputStream stream) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        long begun = System.nanoTime();
        long last = 0;
        long stall = 0;
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            long now = System.nanoTime();
            stall = last == 0 ? 0 : Math.max(stall, now - last);
            last = now;
            digest.update(buffer, 0, count);
            received.addAndGet(count);
        }
        return new Result(
                received(),
                HexFormat.of().formatHex(digest.digest()),
                Duration.ofNanos(stall),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }
}
