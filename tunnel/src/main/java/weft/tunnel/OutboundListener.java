package weft.tunnel;

import java.io.IOException;
import weft.netio.UdpPath;

/** What the outbound agent tells the control agent. */
interface OutboundListener {
    /** A session is wanted. */
    void wanted(Link link);

    /** The kernel would not send along this path. */
    void refused(UdpPath path, IOException why);
}
