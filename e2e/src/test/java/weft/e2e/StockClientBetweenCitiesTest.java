package weft.e2e;

final class StockClientBetweenCitiesTest extends CityMoveCases {
    StockClientBetweenCitiesTest() {
        super(Phone.STOCK);
    }
}
