package weft.edge;

import java.io.IOException;
import weft.api.Device;
import weft.api.DeviceKey;

/** Where it is known which present devices an {@link Opening} is for. */
interface Admission {
    /** Whether its coming and going matters here. */
    boolean concerns(Device device);

    void admit(Device device) throws IOException;

    void dismiss(DeviceKey key) throws IOException;
}
