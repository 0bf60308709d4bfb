package weft.api;

import java.net.Inet4Address;
import java.net.Inet6Address;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializerBase;
import tools.jackson.databind.type.LogicalType;

/**
 * JSON as both ends of the API write and read it: snake_case, times in ISO 8601, unknown fields ignored, and no
 * leniency beyond that (no duplicate keys, no trailing text, no numbers for strings).
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .addModule(addresses())
            .build();

    private Json() {}

    /** UTF-8, one line. */
    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** @throws IllegalArgumentException naming the place and the reason, never the text itself, which may hold secrets */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new IllegalArgumentException("an object is expected, not null");
            }
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(reason(e), e);
        }
    }

    private static String reason(JacksonException e) {
        StringBuilder place = new StringBuilder();
        e.getPath()
                .forEach(step -> place.append(place.isEmpty() ? "" : ".")
                        .append(step.getPropertyName() == null ? step.getIndex() : step.getPropertyName()));
        Throwable cause = e.getCause();
        if (cause instanceof NullPointerException || cause instanceof IllegalArgumentException) {
            return (place.isEmpty() ? "" : place + ": ") + cause.getMessage();
        }
        if (!place.isEmpty()) {
            return "\"" + place + "\" has the wrong type";
        }
        return "not the JSON object that is expected"
                + (e.getLocation() == null ? "" : ", at byte " + e.getLocation().getByteOffset());
    }

    /** Literals only: Jackson's own reader of addresses would ask DNS for whatever it is sent. */
    private static SimpleModule addresses() {
        return new SimpleModule("addresses")
                .addSerializer(Inet4Address.class, new AddressWriter(Inet4Address.class))
                .addSerializer(Inet6Address.class, new AddressWriter(Inet6Address.class))
                .addDeserializer(Inet4Address.class, new StdScalarDeserializer<>(Inet4Address.class) {
                    @Override
                    public Inet4Address deserialize(JsonParser parser, DeserializationContext context) {
                        return Inet4Address.ofLiteral(parser.getValueAsString(""));
                    }
                })
                .addDeserializer(Inet6Address.class, new StdScalarDeserializer<>(Inet6Address.class) {
                    @Override
                    public Inet6Address deserialize(JsonParser parser, DeserializationContext context) {
                        return (Inet6Address) Inet6Address.ofLiteral(parser.getValueAsString(""));
                    }
                });
    }

    private static final class AddressWriter extends ToStringSerializerBase {
        AddressWriter(Class<?> type) {
            super(type);
        }

        @Override
        public String valueToString(Object value) {
            return ((java.net.InetAddress) value).getHostAddress();
        }
    }
}
