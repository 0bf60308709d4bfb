package weft.wireguard;

/** Whatever answers at a place of the {@link World}. */
interface Host {
    Place place();

    void receive(byte[] datagram, Endpoint from);
}
