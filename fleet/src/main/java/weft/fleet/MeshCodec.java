package weft.fleet;

import java.nio.ByteBuffer;
import weft.fleet.MeshMessage.Figures;
import weft.fleet.MeshMessage.HandOver;
import weft.fleet.MeshMessage.Heartbeat;
import weft.fleet.MeshMessage.IcmpError;
import weft.fleet.MeshMessage.Moved;
import weft.fleet.MeshMessage.Offer;
import weft.fleet.MeshMessage.RecordAck;
import weft.fleet.MeshMessage.RecordCopy;
import weft.fleet.MeshMessage.RecordGone;
import weft.fleet.MeshMessage.State;
import weft.fleet.MeshMessage.Taken;

/** A {@link MeshMessage} in bytes. Reading throws as {@link RecordCodec} does. */
final class MeshCodec {
    private static final byte HEARTBEAT = 1;
    private static final byte RECORD = 2;
    private static final byte RECORD_ACK = 3;
    private static final byte RECORD_GONE = 4;
    private static final byte TAKEN = 5;
    private static final byte ICMP_ERROR = 6;
    private static final byte OFFER = 7;
    private static final byte MOVED = 8;
    private static final byte HAND_OVER = 10;
    private static final byte FIGURES = 11;

    private MeshCodec() {}

    static void write(MeshMessage message, ByteBuffer into) {
        switch (message) {
            case Heartbeat(State state, long millis, long digest) ->
                into.put(HEARTBEAT).put(code(state)).putLong(millis).putLong(digest);
            case RecordCopy(SessionRecord record) -> RecordCodec.write(record, into.put(RECORD));
            case RecordAck(StaticKey device, Version version) -> write(device, version, into.put(RECORD_ACK));
            case RecordGone(StaticKey device, Version version) -> write(device, version, into.put(RECORD_GONE));
            case Taken(StaticKey device, int holder, Version version) ->
                write(device, version, into.put(TAKEN).putInt(holder));
            case Offer(SessionRecord record) -> RecordCodec.write(record, into.put(OFFER));
            case Moved(StaticKey device, int clientId, int holder, Version version) ->
                write(device, version, into.put(MOVED).putInt(clientId).putInt(holder));
            case IcmpError(byte[] packet) -> into.put(ICMP_ERROR).put(packet);
            case HandOver(SessionRecord record) -> RecordCodec.write(record, into.put(HAND_OVER));
            case Figures(long sessions, long received, long passedOn, long takenOver) ->
                into.put(FIGURES)
                        .putLong(sessions)
                        .putLong(received)
                        .putLong(passedOn)
                        .putLong(takenOver);
        }
    }

    static MeshMessage read(ByteBuffer from) {
        return switch (from.get()) {
            case HEARTBEAT -> new Heartbeat(state(from.get()), from.getLong(), from.getLong());
            case RECORD -> new RecordCopy(RecordCodec.read(from));
            case RECORD_ACK -> new RecordAck(RecordCodec.key(from), RecordCodec.version(from));
            case RECORD_GONE -> new RecordGone(RecordCodec.key(from), RecordCodec.version(from));
            case TAKEN -> {
                int holder = from.getInt();
                yield new Taken(RecordCodec.key(from), holder, RecordCodec.version(from));
            }
            case OFFER -> new Offer(RecordCodec.read(from));
            case MOVED -> {
                int clientId = from.getInt();
                int holder = from.getInt();
                yield new Moved(RecordCodec.key(from), clientId, holder, RecordCodec.version(from));
            }
            case ICMP_ERROR -> new IcmpError(rest(from));
            case HAND_OVER -> new HandOver(RecordCodec.read(from));
            case FIGURES -> new Figures(from.getLong(), from.getLong(), from.getLong(), from.getLong());
            default -> throw new IllegalArgumentException("no such type");
        };
    }

    private static void write(StaticKey device, Version version, ByteBuffer into) {
        into.put(device.bytes());
        RecordCodec.write(version, into);
    }

    private static byte code(State state) {
        return switch (state) {
            case SERVING -> 0;
            case DRAINING -> 1;
            case LEAVING -> 2;
        };
    }

    private static State state(byte code) {
        return switch (code) {
            case 0 -> State.SERVING;
            case 1 -> State.DRAINING;
            case 2 -> State.LEAVING;
            default -> throw new IllegalArgumentException("no such state");
        };
    }

    private static byte[] rest(ByteBuffer from) {
        byte[] rest = new byte[Math.min(from.remaining(), IcmpError.MAX_PACKET + 1)];
        from.get(rest);
        return rest;
    }
}
