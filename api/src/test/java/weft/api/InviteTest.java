package weft.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InviteTest {
    private static final String TOKEN = "Ab_-".repeat(10) + "xyz";
    private static final String PIN = "P".repeat(43);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "weft://registry.example.org/Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-xyz",
                "weft://192.0.2.1:8470/Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-xyz/PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP",
                "weft+http://[2001:db8::1]:80/Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-Ab_-xyz"
            })
    void whatIsWrittenIsRead(String text) {
        assertThat(Invite.parse(text).format()).isEqualTo(text);
        assertThat(Invite.parse("  " + text + "\n")).isEqualTo(Invite.parse(text));
    }

    @Test
    void itsPartsAreRegistryTokenAndPin() {
        Invite invite = Invite.parse("weft://a.example:8470/" + TOKEN + "/" + PIN);
        assertThat(invite).isEqualTo(new Invite(URI.create("https://a.example:8470"), TOKEN, Optional.of(PIN)));
        assertThat(invite.toString()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | does not begin with weft://",
                "https://a.example/TOKEN | does not begin with weft://",
                "weft://a.example | one TOKEN",
                "weft://a.example/ | token is not 43",
                "weft://a.example/TOKENx | token is not 43",
                "weft:///TOKEN | no HOST",
                "weft://user@a.example/TOKEN | no HOST",
                "weft://a.example/TOKEN/short | pin, is not 43",
                "weft://a.example/TOKEN/PIN/more | one PIN",
                "weft+http://a.example/TOKEN/PIN | a pin needs HTTPS",
                "weft://a.example/TOKEN?x | a ? or #",
                "weft://a b/TOKEN | not of the form"
            })
    void whatIsWrongIsSaidWithoutTheToken(String text, String reason) {
        String invite = text.replace("TOKEN", TOKEN).replace("PIN", PIN);
        assertThatThrownBy(() -> Invite.parse(invite))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("weft registry invite")
                .hasMessageNotContaining(TOKEN);
    }
}
