package weft.wireguard;

/** One session's both directions, of which the inbound and the outbound agent hold one each. */
record Keypair(Sealer sealer, Opener opener, long born, boolean initiator) {
    static Keypair of(
            Crypto crypto, TransportKeys keys, int index, int reserved, boolean initiator, long now, Traffic traffic) {
        try (keys) {
            Aead.Key send = crypto.aead().key(keys.send());
            Aead.Key receive = crypto.aead().key(keys.receive());
            return new Keypair(
                    new Sealer(send, keys.remoteIndex(), reserved, initiator, now, 0, traffic),
                    new Opener(receive, index, initiator, now, traffic),
                    now,
                    initiator);
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
