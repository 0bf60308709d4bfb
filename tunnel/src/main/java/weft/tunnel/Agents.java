package weft.tunnel;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The agents of one tunnel, each with its thread. They live and end together: half a tunnel would take packets in and send
 * none, so the first that fails ends the others.
 */
final class Agents implements AutoCloseable {
    private final List<AgentRunner> runners;
    private final Ending ending;
    private final Consumer<Throwable> failed;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param failed hears once, on the thread of the agent that failed, unless it came of {@link #close} */
    Agents(String tunnel, List<Agent> agents, Ending ending, Consumer<Throwable> failed) {
        this.ending = ending;
        this.failed = failed;
        runners = agents.stream()
                .map(agent -> new AgentRunner(agent, tunnel, this::failed))
                .toList();
    }

    void start() {
        runners.forEach(AgentRunner::start);
    }

    private void failed(Throwable cause) {
        if (!closed.get() && ending.because(cause)) {
            runners.forEach(AgentRunner::stop);
            failed.accept(cause);
        }
    }

    /** Waits for all of them; for the calling one, if it is one, only when it returns. */
    @Override
    public void close() {
        closed.set(true);
        runners.forEach(AgentRunner::stop);
        runners.forEach(AgentRunner::join);
    }
}
