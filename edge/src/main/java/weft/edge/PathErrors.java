package weft.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import weft.fleet.Custody;
import weft.fleet.MeshMessage;
import weft.fleet.TooBig;
import weft.fleet.TooBigBudget;
import weft.netio.UdpPath;

/**
 * What the edges of a city make of each other's {@link IcmpErrors}: each copies what comes to it to all others, and goes by a
 * copy if it has a session with the device that the error is about. The city's thread only.
 */
final class PathErrors {
    /** Each costs a look at all sessions. */
    private static final int TAKEN_AT_ONCE = 128;

    private static final int TAKEN_A_SECOND = 32;

    private record Address(long high, long low) {
        static Address of(InetAddress address) {
            UdpPath to = UdpPath.to(new InetSocketAddress(address, 0));
            return new Address(to.high(), to.low());
        }
    }

    private final IcmpErrors kernel;
    private final Custody custody;
    private final MeshSender sender;
    private final FleetCounters counters;
    private final TooBigBudget budget = new TooBigBudget(TAKEN_AT_ONCE, TAKEN_A_SECOND, System.nanoTime());
    private Set<Address> members = Set.of();

    PathErrors(IcmpErrors kernel, Custody custody, MeshSender sender, FleetCounters counters) {
        this.kernel = kernel;
        this.custody = custody;
        this.sender = sender;
        this.counters = counters;
    }

    /** @param all of every city: what goes to them is not for strangers to cut */
    void members(List<EdgeMember> all) {
        members = all.stream()
                .flatMap(member -> member.addresses().stream())
                .map(Address::of)
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isMember(TooBig error) {
        return members.contains(new Address(error.toHigh(), error.toLow()));
    }

    /** One that came to us, of those that are within the budget. */
    void copy(byte[] packet, TooBig error) {
        if (!isMember(error)) {
            counters.add(FleetCount.ICMP_COPIED);
            sender.tellAll(new MeshMessage.IcmpError(packet));
        }
    }

    /** One that another edge has copied to us. */
    void take(byte[] packet) {
        Optional<TooBig> error = TooBig.read(packet).filter(kernel::concerns);
        if (error.isPresent()
                && budget.take(error.get(), System.nanoTime())
                && !isMember(error.get())
                && custody.isWith(
                        error.get().toHigh(), error.get().toLow(), error.get().toPort())
                && kernel.take(packet)) {
            counters.add(FleetCount.ICMP_TAKEN);
        }
    }
}
