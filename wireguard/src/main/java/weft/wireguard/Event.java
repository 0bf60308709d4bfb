package weft.wireguard;

import java.util.List;

/** What {@link Handshakes} asks of its caller, to be done in the order given. */
public sealed interface Event {
    /** Put this datagram on the wire. */
    record Send(byte[] datagram, Endpoint to) implements Event {}

    /** From now on datagrams with the receiver index {@link Opener#index} are the opener's. Comes before the Send that tells the peer. */
    record OpenerReady(PublicKey peer, Opener opener) implements Event {}

    /** No datagram can be opened by it any more. */
    record OpenerRetired(PublicKey peer, Opener opener) implements Event {}

    /**
     * From now on packets to the peer are sealed by this.
     *
     * @param confirm at once: what has been waiting, or else a keepalive, since the peer may not send before it has heard
     *     from us
     */
    record SealerReady(PublicKey peer, Sealer sealer, boolean confirm) implements Event {}

    /** There is no session to the peer any more. */
    record SealerRetired(PublicKey peer) implements Event {}

    /** Seal and send an empty packet. */
    record KeepaliveDue(PublicKey peer) implements Event {}

    /** The peer answered a handshake from a new place. */
    record Moved(PublicKey peer, Endpoint to) implements Event {}

    /** The peer has not answered for {@link Spec#REKEY_ATTEMPT_TIME}: what waits for a session should be dropped. */
    record Unreachable(PublicKey peer) implements Event {}

    /**
     * A well-formed initiation by somebody who is not a peer. Whoever can look the key up may {@link Handshakes#put} the
     * peer and {@link Handshakes#receive(OpenedInitiation, Endpoint, long) hand the initiation in} once more, which is then
     * neither opened again nor held against its sender's allowance again; who cannot closes it.
     */
    record Stranger(PublicKey key, OpenedInitiation initiation) implements Event {}

    /** The datagram was dropped. */
    record Rejected(Reason reason) implements Event {
        static List<Event> because(Reason reason) {
            return List.of(new Rejected(reason));
        }
    }

    /** Why a handshake message was dropped, or a {@link PeerRecord} refused. */
    enum Reason {
        /** No such type, or the wrong length for it. */
        MALFORMED,
        /** We have no static key, or not the one that is meant. */
        NO_IDENTITY,
        WRONG_MAC1,
        /** Under load: too many from one source that has proven its address. */
        RATE_LIMITED,
        FORGED,
        /** An initiation with a timestamp that is not newer than the peer's last. */
        REPLAYED,
        /** Initiations of one peer too close together. */
        TOO_SOON,
        /** {@link Fresh#receiverIndex} gives nothing but indices that are taken. */
        NO_INDEX,
        /** A record by which our next stamp would lie far in the future: forged, or from an edge with a broken clock. */
        STAMP_AHEAD,
        /** A record of somebody who is no peer. */
        NO_PEER,
        /** A response or cookie reply to nothing that we sent. */
        UNCALLED_FOR
    }
}
