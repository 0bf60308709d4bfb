package weft.e2e;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our client, which hears of new networks by itself. */
final class OurClientInAFleetTest extends FleetCases {
    OurClientInAFleetTest() {
        super(Phone.OURS);
    }

    @Test
    @Order(2)
    void aDownloadWithNothingBesideItOutlivesRebindings() {
        rebindings().ofADownloadAlone(4);
    }

    @Test
    @Order(2)
    @Tag("full")
    void aDownloadWithNothingBesideItOutlivesFiftyRebindings() {
        rebindings().ofADownloadAlone(50);
    }
}
