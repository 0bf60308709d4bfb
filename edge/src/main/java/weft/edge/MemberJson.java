package weft.edge;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A member as it stands in etcd, under its name:
 *
 * <pre>{@code {"city":"amsterdam","addresses":["198.51.100.11","2001:db8::11"],"weight":1,"draining":false}}</pre>
 *
 * Weight and draining may be left out; what a newer edge has put there besides is passed over.
 */
final class MemberJson {
    /** In characters. */
    static final int MAX_LENGTH = 4096;

    private static final JsonMapper JSON = new JsonMapper();

    private MemberJson() {}

    static String write(EdgeMember member) {
        ObjectNode json = JSON.createObjectNode().put("city", member.city());
        ArrayNode addresses = json.putArray("addresses");
        member.addresses().forEach(address -> addresses.add(address.getHostAddress()));
        return json.put("weight", member.weight())
                .put("draining", member.draining())
                .toString();
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    static EdgeMember read(String name, String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("it is longer than " + MAX_LENGTH + " characters");
        }
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("it is no JSON", malformed);
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException("it is no object of JSON");
        }
        return new EdgeMember(
                name, text(json.path("city"), "city"), weight(json), addresses(json.path("addresses")), draining(json));
    }

    private static int weight(JsonNode json) {
        JsonNode weight = json.path("weight");
        if (weight.isMissingNode()) {
            return 1;
        }
        if (!weight.isIntegralNumber() || !weight.canConvertToInt()) {
            throw new IllegalArgumentException("its weight is no whole number");
        }
        return weight.intValue();
    }

    private static boolean draining(JsonNode json) {
        JsonNode draining = json.path("draining");
        if (!draining.isMissingNode() && !draining.isBoolean()) {
            throw new IllegalArgumentException("draining is neither true nor false");
        }
        return draining.asBoolean(false);
    }

    private static List<InetAddress> addresses(JsonNode all) {
        List<InetAddress> addresses = new ArrayList<>();
        if (!all.isArray()) {
            throw new IllegalArgumentException("its addresses are no array");
        }
        for (JsonNode one : all) {
            addresses.add(InetAddress.ofLiteral(text(one, "address")));
        }
        return addresses;
    }

    private static String text(JsonNode json, String what) {
        if (!json.isString()) {
            throw new IllegalArgumentException("its " + what + " is no text");
        }
        return json.stringValue();
    }
}
