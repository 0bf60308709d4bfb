package weft.edge;

import java.util.Map;
import weft.tunnel.Drop;

/**
 * How it stands with an edge.
 *
 * @param sessions devices with a session now
 * @param devices devices that the tunnel holds, with a session or without
 * @param cachedAnswers of the registry
 * @param receivedBytes from the devices present, inner packets with their headers
 * @param drops packets that went nowhere since the start, by reason
 * @param betweenShards datagrams that came to another shard than their session's and were passed on, since the start
 * @param betweenEdges datagrams that edges pass each other, since the start; empty for an edge on its own
 */
public record EdgeStatus(
        int sessions,
        int devices,
        long cachedAnswers,
        long receivedBytes,
        long sentBytes,
        Map<Drop, Long> drops,
        long betweenShards,
        Map<FleetCount, Long> betweenEdges) {}
