package weft.tunnel;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.wireguard.PublicKey;

/**
 * The questions to {@link Strangers} that are under way: one for each key, and a bounded number for all, since anybody can
 * ask for a session under keys of their own making. The control agent's thread only.
 */
final class LookUps {
    private static final Logger LOG = LoggerFactory.getLogger(LookUps.class);

    private final Strangers strangers;
    private final Consumer<Runnable> agent;
    private final Counters counters;
    private final Set<PublicKey> underWay = new HashSet<>();

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
        if (underWay.size() >= Tuning.LOOK_UPS || !underWay.add(key)) {
            nobody.run();
            counters.drop(Drop.HANDSHAKE);
            return;
        }
        var _ = answer(key, initiation)
                .whenComplete((peer, failure) -> agent.accept(() -> {
                    underWay.remove(key);
                    if (failure == null && peer.isPresent()) {
                        found.accept(peer.get());
                        return;
                    }
                    nobody.run();
                    if (failure == null) {
                        counters.drop(Drop.HANDSHAKE);
                    } else {
                        LOG.warn("a device could not be looked up: {}", failure.toString());
                    }
                }));
    }

    private CompletableFuture<Optional<PeerSetup>> answer(PublicKey key, HandshakeMessage initiation) {
        try {
            return strangers.lookUp(key, initiation);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
