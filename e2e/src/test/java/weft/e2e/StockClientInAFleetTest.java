package weft.e2e;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's wireguard-go, which knows nothing of fleets. */
final class StockClientInAFleetTest extends FleetCases {
    StockClientInAFleetTest() {
        super(Phone.STOCK);
    }

    /** It only answers what it receives, so nobody can tell the edge where it is now. */
    @Test
    @Order(2)
    @Tag("full")
    void aDownloadWithNothingBesideItIsDeafAfterARebindingUntilTheDeviceSendsSomething() throws InterruptedException {
        rebindings().isDeafAfterOne();
    }
}
