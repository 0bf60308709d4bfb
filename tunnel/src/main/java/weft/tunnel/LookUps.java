package weft.tunnel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.wireguard.PublicKey;

/**
 * The questions to {@link Strangers} that are under way: one for each key, and a bounded number for all, since anybody can
 * ask for a session under keys of their own making. The control agent's thread only.
 *
 * <p>The last initiation that comes under a key meanwhile waits, and is asked about if the question before came to nothing: the
 * answer may have been that it was passed on to another edge, and this is it, given back.
 */
final class LookUps {
    private static final Logger LOG = LoggerFactory.getLogger(LookUps.class);

    private final Strangers strangers;
    private final Consumer<Runnable> agent;
    private final Counters counters;
    private final Map<PublicKey, Optional<Question>> underWay = new HashMap<>();

    private record Question(PublicKey key, HandshakeMessage initiation, Consumer<PeerSetup> found, Runnable nobody) {}

    /** @param agent runs what it is given on the control agent's thread */
    LookUps(Strangers strangers, Consumer<Runnable> agent, Counters counters) {
        this.strangers = strangers;
        this.agent = agent;
        this.counters = counters;
    }

    /**
     * @param found told, on the agent's thread, who it is
     * @param nobody run instead, at once or on the agent's thread, if it is nobody, or nobody can say
     */
    void ask(PublicKey key, HandshakeMessage initiation, Consumer<PeerSetup> found, Runnable nobody) {
        Question question = new Question(key, initiation, found, nobody);
        Optional<Question> waiting = underWay.get(key);
        if (waiting != null) {
            underWay.put(key, Optional.of(question));
            waiting.ifPresent(this::drop);
        } else if (underWay.size() >= Tuning.LOOK_UPS) {
            drop(question);
        } else {
            ask(question);
        }
    }

    private void drop(Question question) {
        question.nobody().run();
        counters.drop(Drop.HANDSHAKE);
    }

    private void ask(Question question) {
        underWay.put(question.key(), Optional.empty());
        var _ = answer(question.key(), question.initiation())
                .whenComplete((peer, failure) -> agent.accept(() -> answered(question, peer, failure)));
    }

    private void answered(Question question, Optional<PeerSetup> peer, @Nullable Throwable failure) {
        Optional<Question> waiting =
                Optional.ofNullable(underWay.remove(question.key())).flatMap(next -> next);
        if (failure == null && peer.isPresent()) {
            waiting.ifPresent(this::drop);
            question.found().accept(peer.get());
        } else if (failure == null) {
            drop(question);
            waiting.ifPresent(this::ask);
        } else {
            question.nobody().run();
            waiting.ifPresent(this::drop);
            LOG.warn("a device could not be looked up: {}", failure.toString());
        }
    }

    private CompletableFuture<Optional<PeerSetup>> answer(PublicKey key, HandshakeMessage initiation) {
        try {
            return strangers.lookUp(key, initiation);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
