package weft.e2e;

/** Debian's wireguard-go, which knows nothing of fleets. */
final class StockClientInAFleetTest extends FleetCases {
    StockClientInAFleetTest() {
        super(Phone.STOCK);
    }
}
