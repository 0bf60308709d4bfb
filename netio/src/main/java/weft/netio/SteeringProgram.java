package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Classic BPF (Linux Documentation/networking/filter.rst, linux/filter.h) that picks the socket of a {@link UdpGroup} for a
 * datagram: what it returns is the socket's place in the group. The kernel starts it at the UDP payload; of datagrams that
 * are in segments, and so go to one socket together, it sees the first. A load from beyond the end makes it return 0.
 *
 * <p>A is the accumulator, X the index register. Jumps go forward, by a number of instructions to leave out.
 */
public final class SteeringProgram {
    /** linux/bpf_common.h: class, size or operation, mode or source. */
    private static final int LOAD_BYTE = 0x30;

    private static final int LOAD_BYTE_FROM_X = 0x50;
    private static final int ADD = 0x04;
    private static final int AND = 0x54;
    private static final int SHIFT_LEFT = 0x64;
    private static final int JUMP = 0x05;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_SET = 0x45;
    private static final int RETURN = 0x06;
    private static final int RETURN_A = 0x16;
    private static final int A_TO_X = 0x07;
    private static final int X_TO_A = 0x87;

    private static final int MOST_SKIPPED = 255;

    /** struct sock_filter: u16 code, u8 jt, u8 jf, u32 k; struct sock_fprog: u16 length, a pointer. */
    private static final long INSTRUCTION = 8;

    private static final long PROGRAM = 16;

    private record Instruction(int code, int skipIfTrue, int skipIfFalse, int k) {}

    private final List<Instruction> instructions = new ArrayList<>();

    /** A = the payload's byte there. */
    public SteeringProgram loadByte(int at) {
        return add(LOAD_BYTE, at);
    }

    /** A = the byte at X + {@code at}. */
    public SteeringProgram loadByteFromX(int at) {
        return add(LOAD_BYTE_FROM_X, at);
    }

    public SteeringProgram plus(int number) {
        return add(ADD, number);
    }

    public SteeringProgram and(int mask) {
        return add(AND, mask);
    }

    public SteeringProgram shiftLeft(int bits) {
        return add(SHIFT_LEFT, bits);
    }

    /** X = A. */
    public SteeringProgram toX() {
        return add(A_TO_X, 0);
    }

    /** A = X. */
    public SteeringProgram fromX() {
        return add(X_TO_A, 0);
    }

    public SteeringProgram skip(int count) {
        return add(JUMP, count);
    }

    /** If A is that number, leaves out the next {@code count} instructions. */
    public SteeringProgram skipIfEqual(int number, int count) {
        return add(new Instruction(JUMP_IF_EQUAL, checked(count), 0, number));
    }

    /** If A has one of these bits, leaves out the next {@code count} instructions. */
    public SteeringProgram skipIfSet(int bits, int count) {
        return add(new Instruction(JUMP_IF_SET, checked(count), 0, bits));
    }

    public SteeringProgram answer(int number) {
        return add(RETURN, number);
    }

    /** Answers A. A number that no socket has lets the kernel choose, by addresses and ports. */
    public SteeringProgram answerA() {
        return add(RETURN_A, 0);
    }

    private static int checked(int count) {
        if (count < 0 || count > MOST_SKIPPED) {
            throw new IllegalArgumentException("a jump leaves out 0 to " + MOST_SKIPPED + " instructions");
        }
        return count;
    }

    private SteeringProgram add(int code, int k) {
        return add(new Instruction(code, 0, 0, k));
    }

    private SteeringProgram add(Instruction instruction) {
        instructions.add(instruction);
        return this;
    }

    /** Attaches it to the group of the socket; 0 or the negated errno. */
    int attach(int fd) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment code = call.allocate(INSTRUCTION * instructions.size(), Integer.BYTES);
            long at = 0;
            for (Instruction instruction : instructions) {
                code.set(ValueLayout.JAVA_SHORT, at, (short) instruction.code);
                code.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction.skipIfTrue);
                code.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.skipIfFalse);
                code.set(ValueLayout.JAVA_INT, at + 4, instruction.k);
                at += INSTRUCTION;
            }
            MemorySegment program = call.allocate(PROGRAM, Long.BYTES);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) instructions.size());
            program.set(ValueLayout.ADDRESS, Long.BYTES, code);
            return Posix.setsockopt(
                    Native.errnoSegment(call),
                    fd,
                    SocketOptions.SOL_SOCKET,
                    SocketOptions.SO_ATTACH_REUSEPORT_CBPF,
                    program.address(),
                    (int) PROGRAM);
        }
    }
}
