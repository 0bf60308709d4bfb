package weft.wireguard;

/** A network that loses, duplicates, delays and so reorders datagrams; perfect and instantaneous at first. */
final class Link {
    private final World world;

    double loss;
    double duplication;
    long delay;
    long jitter;

    Link(World world) {
        this.world = world;
    }

    void heal() {
        loss = 0;
        duplication = 0;
        jitter = 0;
    }

    void carry(byte[] datagram, Endpoint from, Host to) {
        if (world.random.nextDouble() < loss) {
            return;
        }
        deliver(datagram, from, to);
        if (world.random.nextDouble() < duplication) {
            deliver(datagram, from, to);
        }
    }

    private void deliver(byte[] datagram, Endpoint from, Host to) {
        long late = delay + (jitter == 0 ? 0 : world.random.nextLong(jitter));
        world.after(late, () -> to.receive(datagram, from));
    }
}
