package weft.cli;

import java.net.URI;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a registry is, as people write it: {@code https://registry.example.net} or {@code http://203.0.113.9:8470}. */
final class RegistryUrl implements ITypeConverter<URI> {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** @throws IllegalArgumentException saying what is expected */
    static URI parse(String text) {
        URI url = URI.create(text);
        if (url.getScheme() == null || !SCHEMES.contains(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("https://HOST:PORT or http://HOST:PORT is expected");
        }
        return url;
    }

    @Override
    public URI convert(String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage() + ": \"" + text + "\"");
        }
    }
}
