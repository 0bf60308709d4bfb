package weft.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * What a person has set for this device; what is empty stands at its default.
 *
 * @param version of this record's stored form
 * @param stamp whether datagrams carry the client id in their reserved bytes
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DeviceSettings(int version, Optional<Boolean> stamp) {
    static final int VERSION = 1;

    public static final DeviceSettings DEFAULTS = new DeviceSettings(VERSION, Optional.empty());

    public DeviceSettings {
        if (version != VERSION) {
            throw new IllegalArgumentException("it is of version " + version + ", and this program reads " + VERSION);
        }
    }

    public DeviceSettings withStamp(Optional<Boolean> on) {
        return new DeviceSettings(version, on);
    }

    /**
     * With the client id on every datagram any edge finds the owner without a look-up; but whoever sees the datagrams can
     * link them for good. With zeros the receiver index does it, which links them for an epoch at most.
     */
    public boolean stamps() {
        return stamp.orElse(true);
    }
}
