package weft.wireguard;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** An address and port for tests. */
record Place(String address, int port) implements Endpoint {
    @Override
    public byte[] bytes() {
        byte[] ip = InetAddress.ofLiteral(address).getAddress();
        return ByteBuffer.allocate(ip.length + 2).put(ip).putShort((short) port).array();
    }
}
