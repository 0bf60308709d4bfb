package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabCommandTest {
    private static final int FAILED = 1;

    /** No world begins with this machine's own first process: what is told is that, and not that -c is no option. */
    @Test
    void aCommandForAHostKeepsItsOwnOptions() {
        assertThat(Weft.run("lab", "enter", "--world", "1", "phone", "ping", "-c", "1", "-h"))
                .isEqualTo(FAILED);
    }
}
