package weft.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NftablesTest {
    @Test
    void loadsARulesetIntoTheThreadsNamespaceAlone() throws Exception {
        TestNamespace.inNew(() -> {
            assertThat(Nftables.table("inet", "tried")).isEmpty();
            Nftables.load("table inet tried {\n chain c {\n counter accept\n }\n}\n");
            assertThat(Nftables.table("inet", "tried").orElseThrow()).contains("chain c", "accept");
        });
        assertThat(Nftables.table("inet", "tried")).isEmpty();
    }

    @Test
    void aBadRulesetChangesNothingAndShowsTheToolsOwnMessage() throws Exception {
        TestNamespace.inNew(() -> {
            assertThatThrownBy(() -> Nftables.load("add table inet half\nadd nonsense\n"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nft -f -: ")
                    .hasMessageContaining("syntax error");
            assertThat(Nftables.table("inet", "half")).isEmpty();
        });
    }

    @Test
    void everyChangeOfTheRulesetIsANewGenerationInItsNamespaceAlone() throws Exception {
        TestNamespace.inNew(() -> {
            try (NftablesGeneration generation = NftablesGeneration.open()) {
                int first = generation.current();
                assertThat(generation.current()).isEqualTo(first);
                Nftables.load("add table inet one\n");
                int second = generation.current();
                assertThat(second).isNotEqualTo(first);
                TestNamespace.inNew(() -> Nftables.load("add table inet elsewhere\n"));
                assertThat(generation.current()).isEqualTo(second);
            }
        });
    }
}
