package weft.wireguard;

/**
 * One session's both directions, of which the inbound and the outbound agent hold one each.
 *
 * @param identity which of ours the peer made it with
 * @param reserved what its datagrams are stamped with
 */
record Keypair(Sealer sealer, Opener opener, Identity identity, int reserved, long born) {
    static Keypair of(
            Crypto crypto,
            TransportKeys keys,
            Identity identity,
            int index,
            int reserved,
            boolean initiator,
            long now,
            Traffic traffic) {
        try (keys) {
            Aead.Key send = crypto.aead().key(keys.send());
            Aead.Key receive = crypto.aead().key(keys.receive());
            return new Keypair(
                    new Sealer(send, keys.remoteIndex(), reserved, initiator, now, 0, traffic),
                    new Opener(receive, index, initiator, now, traffic),
                    identity,
                    reserved,
                    now);
        }
    }

    boolean isOver(long now) {
        return now - born >= Spec.REJECT_AFTER_TIME;
    }

    void close() {
        sealer.close();
        opener.close();
    }
}
