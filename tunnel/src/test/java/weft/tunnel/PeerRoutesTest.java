package weft.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.wireguard.AllowedIp;
import weft.wireguard.AllowedIps;
import weft.wireguard.PublicKey;

class PeerRoutesTest {
    private static final AllowedIp TEN = AllowedIp.parse("10.0.0.0/8");
    private static final AllowedIp ELEVEN = AllowedIp.parse("11.0.0.0/8");

    private final AllowedIps<Link> trie = new AllowedIps<>();
    private final PeerRoutes routes = new PeerRoutes(trie);
    private final Link first = new Link(new PublicKey(new byte[32]), 0);
    private final Link second = new Link(new PublicKey(new byte[32]), 0);

    @Test
    void aPrefixMovesToThePeerThatWasGivenItLast() {
        routes.set(first, List.of(TEN, ELEVEN));
        routes.set(second, List.of(TEN));
        assertThat(routes.of(first)).containsExactly(ELEVEN);
        assertThat(trie.of(first)).containsExactly(ELEVEN);
        assertThat(trie.of(second)).containsExactly(TEN);
    }

    @Test
    void aPeerThatGoesTakesNothingOfOthersWithIt() {
        routes.set(first, List.of(TEN));
        routes.set(second, List.of(TEN));
        routes.set(first, List.of());
        assertThat(trie.of(second)).containsExactly(TEN);
        routes.set(second, List.of());
        assertThat(routes.of(second)).isEmpty();
        assertThat(trie.of(second)).isEmpty();
    }
}
