package weft.netio;

/** Moves TCP and UDP of both families from one TUN to another; prints which way was chosen and what was lost. */
final class TunTransfer {
    private static final int MEGABYTES = 4;

    private TunTransfer() {}

    public static void main(String[] args) throws Exception {
        TunPair.with(true, pair -> {
            System.out.println(pair.firstTun.describe());
            for (String address : new String[] {"10.9.0.2", "fd09::2"}) {
                TunTest.transfer(pair, address, MEGABYTES);
                TunTest.datagrams(pair, address);
            }
            System.out.println("dropped: " + (pair.firstTun.dropped() + pair.secondTun.dropped()));
        });
    }
}
