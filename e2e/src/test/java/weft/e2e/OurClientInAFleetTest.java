package weft.e2e;

/** Our client, which hears of new networks by itself. */
final class OurClientInAFleetTest extends FleetCases {
    OurClientInAFleetTest() {
        super(Phone.OURS);
    }
}
