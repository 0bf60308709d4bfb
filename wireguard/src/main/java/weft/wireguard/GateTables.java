package weft.wireguard;

/**
 * What the {@link HandshakeGate}s of all receiving threads remember together: datagrams are dealt out among threads by what
 * the sender draws anew for each try, so one thread sees only a part of what a source does.
 */
final class GateTables {
    final Allowances sources;
    final Allowances clientIds;
    final SecondTries secondTries;

    GateTables(Fresh fresh) {
        byte[] random = new byte[Long.BYTES];
        fresh.random(random);
        long secret = Integer.toUnsignedLong(Message.index(random, 0)) << Integer.SIZE
                | Integer.toUnsignedLong(Message.index(random, Integer.BYTES));
        sources = new Allowances(secret, Tuning.GATE_SOURCE_BURST, Tuning.GATE_SOURCE_INTERVAL);
        clientIds = new Allowances(secret, Tuning.GATE_CLIENT_ID_BURST, Tuning.GATE_CLIENT_ID_INTERVAL);
        secondTries = new SecondTries(secret);
    }
}
