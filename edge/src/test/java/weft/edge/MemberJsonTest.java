package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberJsonTest {
    private static final EdgeMember MEMBER = new EdgeMember(
            "a1",
            "amsterdam",
            3,
            List.of(InetAddress.ofLiteral("198.51.100.11"), InetAddress.ofLiteral("2001:db8::11")),
            true);

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(MemberJson.read("a1", MemberJson.write(MEMBER))).isEqualTo(MEMBER);
    }

    @Test
    void weightAndDrainingMayBeLeftOutAndMoreMayBeThere() {
        EdgeMember read = MemberJson.read(
                "a1", "{\"city\":\"amsterdam\",\"addresses\":[\"198.51.100.11\"],\"of a newer edge\":[1]}");
        assertThat(read.weight()).isEqualTo(1);
        assertThat(read.draining()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'{'                                                                     | it is no JSON",
                "'\"a1\"'                                                                | it is no object",
                "'{\"addresses\":[\"192.0.2.1\"]}'                                       | its city is no text",
                "'{\"city\":\"a/b\",\"addresses\":[\"192.0.2.1\"]}'                      | a city's name has 1 to 63",
                "'{\"city\":\"a\"}'                                                      | its addresses are no array",
                "'{\"city\":\"a\",\"addresses\":[]}'                                     | one address or one of each",
                "'{\"city\":\"a\",\"addresses\":[3221225985]}'                           | its address is no text",
                "'{\"city\":\"a\",\"addresses\":[\"example.org\"]}'                      | example.org",
                "'{\"city\":\"a\",\"addresses\":[\"0.0.0.0\"]}'                          | no single machine's",
                "'{\"city\":\"a\",\"addresses\":[\"ff02::1\"]}'                          | no single machine's",
                "'{\"city\":\"a\",\"addresses\":[\"192.0.2.1\",\"192.0.2.2\"]}'          | two addresses of one family",
                "'{\"city\":\"a\",\"addresses\":[\"192.0.2.1\"],\"weight\":0}'           | a weight of 1 to 1000000",
                "'{\"city\":\"a\",\"addresses\":[\"192.0.2.1\"],\"weight\":1000001}'     | a weight of 1 to 1000000",
                "'{\"city\":\"a\",\"addresses\":[\"192.0.2.1\"],\"weight\":5000000000}'  | no whole number",
                "'{\"city\":\"a\",\"addresses\":[\"192.0.2.1\"],\"weight\":1.5}'         | no whole number",
                "'{\"city\":\"a\",\"addresses\":[\"192.0.2.1\"],\"draining\":\"yes\"}'   | neither true nor false",
            })
    void whatIsWrongIsTold(String json, String message) {
        assertThatThrownBy(() -> MemberJson.read("a1", json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesAndLengthsHaveBounds() {
        String json = MemberJson.write(MEMBER);
        for (String name : List.of("", "a b", "a/b", "a\n", "x".repeat(64))) {
            assertThatThrownBy(() -> MemberJson.read(name, json)).hasMessageContaining("an edge's name");
        }
        assertThatThrownBy(() -> MemberJson.read("a1", json + " ".repeat(MemberJson.MAX_LENGTH)))
                .hasMessageContaining("longer than");
    }
}
