package weft.tunnel;

import java.util.Optional;
import weft.netio.UdpPath;
import weft.wireguard.PeerRecord;

/**
 * What one edge knows of a peer's session that another one needs to go on with it. No key of a session is in it.
 *
 * @param path from the peer to the address of ours that it writes to
 */
public record Handover(PeerRecord record, UdpPath path) {
    PeerRecord at(Remote remote) {
        return new PeerRecord(
                record.peer(),
                record.identity(),
                Optional.of(remote),
                record.reserved(),
                record.receiverIndices(),
                record.sent(),
                record.received());
    }
}
