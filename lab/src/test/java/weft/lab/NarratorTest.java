package weft.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NarratorTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Step good = new Step("one", "The first", figures -> figures.put("stall_ms", 7));
    private final Step bad = new Step("two", "The second", figures -> {
        figures.put("seen", 1);
        throw new LabException("it broke");
    });
    private final Step never = new Step("three", "The third", figures -> {
        throw new AssertionError("run after a step that did not hold");
    });

    @Test
    void jsonIsOneObjectAlone() {
        assertThat(narrator(true).tell(List.of(good))).isTrue();
        assertThat(text(out)).isEqualToIgnoringNewLines("""
                        {"ok":true,"steps":[{"name":"one","ok":true,"figures":{"stall_ms":7}}]}
                        """);
    }

    @Test
    void aStepThatDoesNotHoldEndsIt() {
        assertThat(narrator(true).tell(List.of(good, bad, never))).isFalse();
        assertThat(text(out))
                .startsWith("{\"ok\":false,")
                .contains("{\"name\":\"two\",\"ok\":false,\"figures\":{\"seen\":1}}")
                .doesNotContain("three");
        assertThat(text(errors)).startsWith("two: it broke");
    }

    @Test
    void textComesAsItHappens() {
        Step looksBack = new Step(
                "two",
                "The second",
                figures -> assertThat(text(out))
                        .contains("The first")
                        .contains("stall ms")
                        .contains("holds")
                        .contains("The second"));
        assertThat(narrator(false).tell(List.of(good, looksBack))).isTrue();
        assertThat(text(out)).doesNotContain("{");
    }

    private Narrator narrator(boolean json) {
        return new Narrator(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8),
                json);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
