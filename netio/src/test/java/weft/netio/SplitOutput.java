package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes frames apart again, as the kernel would. */
final class SplitOutput implements TunWriter.Output {
    final List<byte[]> packets = new ArrayList<>();
    int frames;

    @Nullable
    IOException failure;

    private final MemorySegment copy = Packets.buffer(70_000);
    private final Segmenter segmenter = new Segmenter(copy);

    @Override
    public void write(MemorySegment buffer, long packet, int length, int count) throws IOException {
        if (failure != null) {
            throw failure;
        }
        frames++;
        int before = packets.size();
        MemorySegment.copy(buffer, packet - VnetHeader.SIZE, copy, 0, VnetHeader.SIZE + (long) length);
        assertThat(segmenter.frame(0, VnetHeader.SIZE + length)).isTrue();
        while (segmenter.next()) {
            packets.add(Packets.get(copy, segmenter.at(), segmenter.length()));
        }
        assertThat(packets.size() - before).isEqualTo(count);
    }
}
