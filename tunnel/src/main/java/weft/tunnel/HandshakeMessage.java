package weft.tunnel;

import weft.netio.UdpPath;

/** A handshake message, and how it came here: what is needed to pass it on. */
public record HandshakeMessage(byte[] bytes, UdpPath from, Ingress.Passage passage) {
    /** Neither bytes nor address, which must not get into logs. */
    @Override
    public String toString() {
        return "HandshakeMessage of type " + bytes[0];
    }
}
