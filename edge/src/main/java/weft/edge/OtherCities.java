package weft.edge;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import weft.fleet.CityView;
import weft.fleet.Custody;
import weft.fleet.Holders;
import weft.fleet.MeshMessage;
import weft.fleet.Moves;
import weft.fleet.SessionRecord;
import weft.netio.UdpPath;

/** What an edge has to do with the edges of other cities: see {@link Moves}. The city's thread. */
final class OtherCities {
    private final Mesh mesh;
    private final Consumer<Abroad> publish;
    private final Moves moves;
    private final BiConsumer<UdpPath, MeshMessage> send;
    private Abroad abroad = Abroad.NOTHING;
    private int turn;

    /** @param publish hears of a new list of the other cities' edges */
    OtherCities(
            Mesh mesh,
            Consumer<Abroad> publish,
            int self,
            Custody custody,
            Holders elsewhere,
            BiConsumer<UdpPath, MeshMessage> send) {
        this.mesh = mesh;
        this.publish = publish;
        this.send = send;
        moves = new Moves(self, custody, elsewhere, this::tell);
    }

    /** @param own our city */
    void members(List<EdgeMember> all, String own) {
        abroad = Abroad.of(all, own, mesh);
        publish.accept(abroad);
    }

    boolean has(int number) {
        return abroad.path(number) != null;
    }

    private void tell(int number, MeshMessage message) {
        UdpPath path = abroad.path(number);
        if (path != null) {
            send.accept(path, message);
        }
    }

    /** @param inTheCity tells a place of our own city */
    void hear(
            MeshMessage message,
            int from,
            CityView view,
            Custody custody,
            boolean mayTakeOver,
            BiConsumer<Integer, MeshMessage> inTheCity) {
        long now = System.nanoTime();
        switch (message) {
            case MeshMessage.Offer(SessionRecord record) -> moves.offered(record, from, mayTakeOver, now);
            case MeshMessage.Moved moved -> {
                custody.hear(moved, from, view, now);
                int[] places = new int[CityView.MOST_HOPS];
                int count = view.hops(moved.clientId(), places);
                Arrays.stream(places, 0, count)
                        .filter(place -> place != view.self())
                        .forEach(place -> inTheCity.accept(place, moved));
            }
            case MeshMessage.RecordCopy(SessionRecord record) -> record.close();
            case MeshMessage.HandOver(SessionRecord record) -> record.close();
            default -> {} // no other message passes between cities
        }
    }

    /** A device of ours has come to another city, by whose edge a packet of its session came. */
    void offer(int asker, SessionRecord record) {
        tell(asker, new MeshMessage.Offer(record));
    }

    /** See {@link Moves#began}. */
    void began(SessionRecord record, boolean known) {
        moves.began(record, known, this::oneOfEach, System.nanoTime());
    }

    private int[] oneOfEach(int clientId) {
        turn++;
        int[] edges = new int[abroad.cities()];
        Arrays.setAll(edges, city -> abroad.edge(city, clientId, turn));
        return edges;
    }

    void tick(CityView view, long now) {
        moves.tick(view, now);
    }
}
