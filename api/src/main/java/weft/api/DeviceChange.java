package weft.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What makes a cached {@link Device}, or the cached absence of one, stale. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DeviceChange.Registered.class, name = "registered"),
    @JsonSubTypes.Type(value = DeviceChange.Changed.class, name = "changed"),
    @JsonSubTypes.Type(value = DeviceChange.Deleted.class, name = "deleted"),
    @JsonSubTypes.Type(value = DeviceChange.Everything.class, name = "everything")
})
public sealed interface DeviceChange {
    /** The key now belongs to a device; before, it did not. */
    record Registered(DeviceKey publicKey, int clientId) implements DeviceChange {
        @Override
        public String toString() {
            return "Registered";
        }
    }

    /** Something but the key changed: enabled, account, group. */
    record Changed(DeviceKey publicKey, int clientId) implements DeviceChange {
        @Override
        public String toString() {
            return "Changed";
        }
    }

    /** The key belongs to no device any more. A device that takes a new key is Deleted, then Registered. */
    record Deleted(DeviceKey publicKey, int clientId) implements DeviceChange {
        @Override
        public String toString() {
            return "Deleted";
        }
    }

    /** Changes may have been missed: whatever is cached must be asked for again. */
    record Everything() implements DeviceChange {}
}
