package io.bailiwick.router.client.jawampa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import org.jspecify.annotations.Nullable;

/**
 * Our values in jawampa's arguments. jawampa passes Jackson trees through without looking at them, so a tree of one opaque
 * node takes a whole message through it: no payload becomes a tree, and options reach the wire that jawampa's methods have
 * no parameter for.
 */
final class Carried {
    private static final String KEY = "carried";

    private Carried() {}

    static ArrayNode in(Object value) {
        return JsonNodeFactory.instance.arrayNode(1).addPOJO(value);
    }

    static ObjectNode inObject(Object value) {
        return JsonNodeFactory.instance.objectNode().putPOJO(KEY, value);
    }

    /** The value that was put in, or null when there is none of that type. */
    static <T> @Nullable T out(@Nullable ArrayNode node, Class<T> type) {
        return node == null ? null : out(node.get(0), type);
    }

    /** The value that was put in, or null when there is none of that type. */
    static <T> @Nullable T outOfObject(@Nullable ObjectNode node, Class<T> type) {
        return node == null ? null : out(node.get(KEY), type);
    }

    private static <T> @Nullable T out(@Nullable JsonNode node, Class<T> type) {
        return node instanceof POJONode pojo && type.isInstance(pojo.getPojo()) ? type.cast(pojo.getPojo()) : null;
    }
}
