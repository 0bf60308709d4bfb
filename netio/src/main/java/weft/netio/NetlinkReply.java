package weft.netio;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One message of the kernel. Trusts no length: whatever does not fit is a {@link ProtocolException}.
 *
 * @param body what follows the header, in host byte order
 */
record NetlinkReply(int type, int flags, int sequence, ByteBuffer body) {
    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int CAPPED = 0x100;
    private static final int HAS_ATTRIBUTES = 0x200;
    private static final int DUMP_INTERRUPTED = 0x10;
    private static final int ERROR_MESSAGE_ATTRIBUTE = 1;
    private static final int TYPE_BITS = 0x3fff;

    /** The messages of one datagram. */
    static List<NetlinkReply> parse(ByteBuffer datagram) throws ProtocolException {
        ByteBuffer in = datagram.slice().order(ByteOrder.nativeOrder());
        List<NetlinkReply> replies = new ArrayList<>();
        while (in.hasRemaining()) {
            int at = in.position();
            if (in.remaining() < NetlinkRequest.HEADER_SIZE) {
                throw new ProtocolException("netlink header cut short");
            }
            int length = in.getInt(at);
            if (length < NetlinkRequest.HEADER_SIZE || length > in.remaining()) {
                throw new ProtocolException("netlink message of length " + length + " in " + in.remaining());
            }
            ByteBuffer body = part(in, at + NetlinkRequest.HEADER_SIZE, length - NetlinkRequest.HEADER_SIZE);
            replies.add(new NetlinkReply(
                    Short.toUnsignedInt(in.getShort(at + 4)),
                    Short.toUnsignedInt(in.getShort(at + 6)),
                    in.getInt(at + 8),
                    body));
            in.position(Math.min(at + aligned(length), in.limit()));
        }
        return replies;
    }

    /** The end of a dump, or the answer to a request that has no other. */
    boolean isLast() {
        return type == DONE || type == ERROR;
    }

    /** The dump changed while it was read and has to be read again. */
    boolean isInterrupted() {
        return (flags & DUMP_INTERRUPTED) != 0;
    }

    /** Of a last message: the error number, 0 for success. */
    int errno() throws ProtocolException {
        return body.remaining() < 4 && type == DONE ? 0 : -int32(0);
    }

    /** Of an error: the kernel's own words, if it has any (extended acknowledgement). */
    Optional<String> errorText() throws ProtocolException {
        if (type != ERROR || (flags & HAS_ATTRIBUTES) == 0) {
            return Optional.empty();
        }
        int request = (flags & CAPPED) != 0 ? NetlinkRequest.HEADER_SIZE : int32(4);
        if (request < NetlinkRequest.HEADER_SIZE || request > body.limit() - 4) {
            throw new ProtocolException("netlink error about a message of length " + request);
        }
        return Optional.ofNullable(attributes(4 + aligned(request)).get(ERROR_MESSAGE_ATTRIBUTE))
                .map(NetlinkReply::string);
    }

    int u8(int at) throws ProtocolException {
        require(at, 1);
        return Byte.toUnsignedInt(body.get(at));
    }

    int int32(int at) throws ProtocolException {
        require(at, 4);
        return body.getInt(at);
    }

    /** The attributes from that offset on; the last of a kind wins. */
    Map<Integer, ByteBuffer> attributes(int from) throws ProtocolException {
        require(from, 0);
        return attributes(body, from);
    }

    static Map<Integer, ByteBuffer> attributes(ByteBuffer in, int from) throws ProtocolException {
        Map<Integer, ByteBuffer> attributes = new HashMap<>();
        int at = from;
        while (in.limit() - at >= NetlinkRequest.ATTRIBUTE_HEADER_SIZE) {
            int length = Short.toUnsignedInt(in.getShort(at));
            if (length < NetlinkRequest.ATTRIBUTE_HEADER_SIZE || length > in.limit() - at) {
                throw new ProtocolException("netlink attribute of length " + length + " in " + (in.limit() - at));
            }
            attributes.put(
                    in.getShort(at + 2) & TYPE_BITS,
                    part(in, at + NetlinkRequest.ATTRIBUTE_HEADER_SIZE, length - NetlinkRequest.ATTRIBUTE_HEADER_SIZE));
            at += aligned(length);
        }
        return attributes;
    }

    static int int32(ByteBuffer attribute) throws ProtocolException {
        if (attribute.remaining() < 4) {
            throw new ProtocolException("netlink attribute cut short");
        }
        return attribute.getInt(0);
    }

    /** Up to the terminating zero. */
    static String string(ByteBuffer attribute) {
        int length = 0;
        while (length < attribute.limit() && attribute.get(length) != 0) {
            length++;
        }
        return StandardCharsets.UTF_8.decode(attribute.slice(0, length)).toString();
    }

    private void require(int at, int size) throws ProtocolException {
        if (at < 0 || at > body.limit() - size) {
            throw new ProtocolException("netlink message of type " + type + " cut short");
        }
    }

    private static ByteBuffer part(ByteBuffer in, int at, int length) {
        return in.slice(at, length).order(ByteOrder.nativeOrder());
    }

    private static int aligned(int length) {
        return length + 3 & ~3;
    }
}
