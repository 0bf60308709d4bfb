package weft.tunnel;

import weft.netio.UdpPath;

/** A handshake message that is not ours to answer (yet). */
public record HandshakeMessage(byte[] bytes, UdpPath from, Ingress.Passage passage) {
    /** Neither bytes nor address, which must not get into logs. */
    @Override
    public String toString() {
        return "HandshakeMessage of type " + bytes[0];
    }
}
