package weft.api;

import java.util.List;

/**
 * The registry's answer to a long poll for changes.
 *
 * @param run names one run of the registry: numbers of another run mean nothing
 * @param last the number of the last change in the list, to ask from next time
 */
public record DeviceChanges(String run, long last, List<DeviceChange> changes) {
    public DeviceChanges {
        changes = List.copyOf(changes);
    }
}
