package weft.e2e;

final class OurClientBetweenCitiesTest extends CityMoveCases {
    OurClientBetweenCitiesTest() {
        super(Phone.OURS);
    }
}
