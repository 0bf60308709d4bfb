package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SipHashTest {
    /** Of the reference implementation: the hash of the bytes 0, 1, 2… up to each length, under the key 0, 1… 15. */
    private static final long[] REFERENCE = {
        0x726fdb47dd0e0e31L, 0x74f839c593dc67fdL, 0x0d6c8009d9a94f5aL, 0x85676696d7fb7e2dL, 0xcf2794e0277187b7L,
        0x18765564cd99a68dL, 0xcbc9466e58fee3ceL, 0xab0200f58b01d137L, 0x93f5f5799a932462L, 0x9e0082df0ba9e4b0L,
        0x7a5dbbc594ddb9f3L, 0xf4b32f46226bada7L, 0x751e8fbc860ee5fbL, 0x14ea5627c0843d90L, 0xf723ca908e7af2eeL,
        0xa129ca6149be45e5L, 0x3f2acc7f57c29bdbL, 0x699ae9f52cbe4794L, 0x4bc1b3f0968dd39cL, 0xbb6dc91da77961bdL,
        0xbed65cf21aa2ee98L, 0xd0f2cbb02e3b67c7L, 0x93536795e3a33e88L, 0xa80c038ccd5ccec8L, 0xb8ad50c6f649af94L,
        0xbce192de8a85b8eaL, 0x17d835b85bbb15f3L, 0x2f2e6163076bcfadL, 0xde4daaaca71dc9a5L, 0xa6a2506687956571L,
        0xad87a3535c49ef28L, 0x32d892fad841c342L, 0x7127512f72f27cceL, 0xa7f32346f95978e3L, 0x12e0b01abb051238L,
        0x15e034d40fa197aeL, 0x314dffbe0815a3b4L, 0x027990f029623981L, 0xcadcd4e59ef40c4dL, 0x9abfd8766a33735cL,
        0x0e3ea96b5304a7d0L, 0xad0c42d6fc585992L, 0x187306c89bc215a9L, 0xd4a60abcf3792b95L, 0xf935451de4f21df2L,
        0xa9538f0419755787L, 0xdb9acddff56ca510L, 0xd06c98cd5c0975ebL, 0xe612a3cb9ecba951L, 0xc766e62cfcadaf96L,
        0xee64435a9752fe72L, 0xa192d576b245165aL, 0x0a8787bf8ecb74b2L, 0x81b3e73d20b49b6fL, 0x7fa8220ba3b2eceaL,
        0x245731c13ca42499L, 0xb78dbfaf3a8d83bdL, 0xea1ad565322a1a0bL, 0x60e61c23a3795013L, 0x6606d7e446282b93L,
        0x6ca4ecb15c5f91e1L, 0x9f626da15c9625f3L, 0xe51b38608ef25f57L, 0x958a324ceb064572L
    };

    private static final byte[] MESSAGE = upTo(64);
    private final SipHash hash = new SipHash(upTo(SipHash.KEY_SIZE));

    private static byte[] upTo(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @Test
    void theExampleOfThePaperComesOut() {
        assertThat(hash.start().add(MemorySegment.ofArray(MESSAGE), 0, 15).finish())
                .isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void allVectorsOfTheReferenceImplementationComeOutWhereverTheMessageIsCut() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nativeBytes = arena.allocate(1 + MESSAGE.length).copyFrom(MemorySegment.ofArray(MESSAGE));
            MemorySegment shifted = arena.allocate(1 + MESSAGE.length);
            MemorySegment.copy(nativeBytes, 0, shifted, 1, MESSAGE.length);
            for (int length = 0; length < REFERENCE.length; length++) {
                for (int cut = 0; cut <= length; cut++) {
                    long hashed = hash.start()
                            .add(nativeBytes, 0, cut)
                            .add(shifted, 1 + cut, length - cut)
                            .finish();
                    assertThat(hashed).as("%s bytes, cut at %s", length, cut).isEqualTo(REFERENCE[length]);
                }
            }
        }
    }

    @Test
    void wordsAreTheSameAsTheirBytes() {
        MemorySegment segment = MemorySegment.ofArray(MESSAGE);
        ByteBuffer words = ByteBuffer.wrap(MESSAGE).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(hash.of(words.getLong(0))).isEqualTo(REFERENCE[8]);
        for (int before = 0; before < 17; before++) {
            long hashed = hash.start()
                    .add(segment, 0, before)
                    .add(words.getLong(before))
                    .add(words.getLong(before + 8))
                    .add(segment, before + 16, 5)
                    .finish();
            assertThat(hashed).as("%s bytes before the words", before).isEqualTo(REFERENCE[before + 21]);
        }
    }

    @Test
    void aWordOnItsOwnLeavesTheMessageUnderWayAlone() {
        MemorySegment segment = MemorySegment.ofArray(MESSAGE);
        hash.start().add(segment, 0, 13);
        hash.of(1);
        assertThat(hash.add(segment, 13, 50).finish()).isEqualTo(REFERENCE[63]);
    }

    @Test
    void lengthsBeyondAByteWrapAround() {
        byte[] zeros = new byte[256];
        MemorySegment segment = MemorySegment.ofArray(zeros);
        assertThat(hash.start().add(segment, 0, 256).finish())
                .isNotEqualTo(hash.start().finish())
                .isEqualTo(words(32));
    }

    private long words(int count) {
        hash.start();
        for (int i = 0; i < count; i++) {
            hash.add(0);
        }
        return hash.finish();
    }

    @Test
    void closingZeroesTheKey() {
        hash.close();
        assertThat(hash.of(5)).isEqualTo(new SipHash(new byte[SipHash.KEY_SIZE]).of(5));
    }

    @Test
    void anotherLengthOfKeyIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SipHash(new byte[15]));
        assertThatIllegalArgumentException().isThrownBy(() -> new SipHash(new byte[32]));
    }

    @Test
    void hashingAllocatesNothing() {
        MemorySegment segment = MemorySegment.ofArray(MESSAGE);
        RandomGenerator random = new java.util.SplittableRandom(1);
        long[] sum = new long[1];
        assertThat(Allocation.ofSteady(
                        50_000,
                        () -> sum[0] += hash.of(random.nextLong())
                                + hash.start()
                                        .add(segment, 0, 36)
                                        .add(segment, 37, 27)
                                        .finish()))
                .isZero();
        assertThat(sum[0]).isNotZero();
    }
}
