package weft.tunnel;

import java.io.IOException;
import java.util.function.Consumer;

/** Gives an agent a thread of its own until it is stopped or fails. */
final class AgentRunner {
    private static final long JOIN_MILLIS = 5_000;

    private final Agent agent;
    private final Thread thread;
    private volatile boolean running = true;

    /** @param failed hears of the failure that ended the agent */
    AgentRunner(Agent agent, String tunnel, Consumer<Throwable> failed) {
        this.agent = agent;
        thread = Thread.ofPlatform()
                .name(tunnel + "-" + agent.name())
                .daemon(true)
                .unstarted(() -> run(failed));
    }

    void start() {
        thread.start();
    }

    private void run(Consumer<Throwable> failed) {
        try (agent) {
            while (running) {
                if (agent.doWork() == 0) {
                    agent.await();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            if (running) {
                failed.accept(e);
            }
        }
    }

    /** The agent does no more work; returns at once. */
    void stop() {
        running = false;
        agent.wake();
    }

    /** Waits for the end of the agent's thread, unless that is the calling one. */
    void join() {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
