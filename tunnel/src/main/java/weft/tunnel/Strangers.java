package weft.tunnel;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import weft.wireguard.PublicKey;

/** Finds out who it is that asks for a session without being a peer: how an edge learns its devices on demand. */
@FunctionalInterface
public interface Strangers {
    /** Nobody but the configured peers. */
    Strangers REFUSED = (key, initiation) -> CompletableFuture.completedFuture(Optional.empty());

    /**
     * Must return at once; the look-up runs elsewhere. When it yields a peer, that is added and its initiation answered.
     * When it yields nobody, nothing is answered: the key is unknown, or the initiation was passed on to another edge.
     */
    CompletableFuture<Optional<PeerSetup>> lookUp(PublicKey key, HandshakeMessage initiation);
}
