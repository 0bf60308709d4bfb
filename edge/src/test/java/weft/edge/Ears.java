package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What datagrams said that came to a UDP port of a namespace, by whichever of its IPv4 addresses. */
final class Ears implements AutoCloseable {
    static final int PORT = 9999;

    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final DatagramChannel channel;

    private Ears(DatagramChannel channel) {
        this.channel = channel;
        Thread.ofVirtual().start(this::listen);
    }

    /** @param groups multicast addresses that it also hears on that interface */
    static Ears open(Neighbourhood world, String name, String link, List<String> groups) throws Exception {
        return world.within(name, () -> {
            DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
            channel.bind(new InetSocketAddress(PORT));
            for (String group : groups) {
                channel.join(InetAddress.ofLiteral(group), NetworkInterface.getByName(link));
            }
            return new Ears(channel);
        });
    }

    private void listen() {
        ByteBuffer datagram = ByteBuffer.allocate(100);
        while (channel.isOpen()) {
            try {
                channel.receive(datagram.clear());
                heard.add(StandardCharsets.US_ASCII.decode(datagram.flip()).toString());
            } catch (IOException closed) {
                return;
            }
        }
    }

    Set<String> heard() {
        return Set.copyOf(heard);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
