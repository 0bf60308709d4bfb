package weft.api;

import static java.util.Objects.requireNonNull;

/** Body of {@code PUT /{v}/reg/{id}/account}. */
public record LicenseUpdate(String license) {
    public LicenseUpdate {
        requireNonNull(license, "\"license\" is missing");
    }

    @Override
    public String toString() {
        return "LicenseUpdate[…]";
    }
}
