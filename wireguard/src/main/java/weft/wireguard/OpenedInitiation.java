package weft.wireguard;

/**
 * An initiation whose static key has been opened, and that has changed nothing yet. Whoever has one either hands it to
 * {@link Handshakes#receive(OpenedInitiation, Endpoint, long)} or closes it: it holds secrets.
 */
public final class OpenedInitiation implements AutoCloseable {
    private final Responder responder;
    private final int reserved;

    OpenedInitiation(Responder responder, int reserved) {
        this.responder = responder;
        this.reserved = reserved;
    }

    /** Whom the sender claims to be. Only the rest of the handshake proves it: anybody can name a public key that he knows. */
    public PublicKey peer() {
        return responder.peer();
    }

    /** Which of our static keys it is for. */
    public PublicKey identity() {
        return responder.identity().publicKey();
    }

    /** The reserved bytes that it was stamped with, as in {@link PeerConfig#reserved}. */
    public int reserved() {
        return reserved;
    }

    Responder responder() {
        return responder;
    }

    @Override
    public void close() {
        responder.close();
    }
}
