package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/** What a command printed on both streams, and how it ended. */
record Said(String text, int exit) {
    /** @param output with {@code exit=CODE} at its end */
    static Said of(String output) {
        int mark = output.lastIndexOf("exit=");
        return new Said(
                output.substring(0, mark).strip(),
                Integer.parseInt(output.substring(mark + 5).strip()));
    }

    String succeeded() {
        assertThat(exit).as(text).isZero();
        return text;
    }

    void refused(String... with) {
        assertThat(exit).as(text).isNotZero();
        assertThat(text).contains(with).doesNotContain("Exception", "\tat ");
    }
}
