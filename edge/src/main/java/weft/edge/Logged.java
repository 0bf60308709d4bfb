package weft.edge;

/** Text from outside on its way into a log or a message: one line of plain characters, and not too many. */
final class Logged {
    private static final int MOST = 160;

    private Logged() {}

    static String text(String from) {
        String cut = from.length() > MOST ? from.substring(0, MOST) + "..." : from;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
