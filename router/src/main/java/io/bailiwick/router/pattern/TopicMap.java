package io.bailiwick.router.pattern;

import io.bailiwick.router.message.MatchPolicy;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by URI, found by pattern: the reverse of a {@link PatternMap}. A tree of components, whose branches stand in the
 * order of their text. A lookup visits the branches that the pattern can lead to, and no others.
 *
 * @param <T> what stands at a URI
 */
public final class TopicMap<T> {
    private final Node<T> root = new Node<>();

    /** An empty map. */
    public TopicMap() {}

    private static final class Node<T> {
        private @Nullable T value;
        private final TreeMap<String, Node<T>> children = new TreeMap<>();

        boolean isEmpty() {
            return value == null && children.isEmpty();
        }
    }

    private static String[] components(String uri) {
        return uri.split("\\.", -1);
    }

    /** The value that stands at this URI. */
    public @Nullable T get(String uri) {
        Node<T> node = root;
        for (String component : components(uri)) {
            node = node.children.get(component);
            if (node == null) {
                return null;
            }
        }
        return node.value;
    }

    /** Puts a value at a URI, in place of the one that stood there. */
    public void put(String uri, T value) {
        Node<T> node = root;
        for (String component : components(uri)) {
            node = node.children.computeIfAbsent(component, absent -> new Node<>());
        }
        node.value = value;
    }

    /** Removes what stands at a URI, if anything does, and the branch that led there alone. */
    public void remove(String uri) {
        remove(root, components(uri), 0);
    }

    private static <T> void remove(Node<T> node, String[] components, int depth) {
        if (depth == components.length) {
            node.value = null;
            return;
        }
        Node<T> child = node.children.get(components[depth]);
        if (child != null) {
            remove(child, components, depth + 1);
            if (child.isEmpty()) {
                node.children.remove(components[depth]);
            }
        }
    }

    /** Visits the values of all URIs that a pattern matches. */
    public void forEachMatch(MatchPolicy match, String pattern, Consumer<? super T> visitor) {
        String[] components = components(pattern);
        switch (match) {
            case EXACT -> {
                T value = get(pattern);
                if (value != null) {
                    visitor.accept(value);
                }
            }
            case PREFIX -> forEachBelow(components, visitor);
            case WILDCARD -> forEachLike(root, components, 0, visitor);
        }
    }

    /** All components of a prefix but the last are whole; with the last one, some component begins. */
    private void forEachBelow(String[] prefix, Consumer<? super T> visitor) {
        Node<T> node = root;
        for (int i = 0; i < prefix.length - 1; i++) {
            node = node.children.get(prefix[i]);
            if (node == null) {
                return;
            }
        }
        String beginning = prefix[prefix.length - 1];
        for (Map.Entry<String, Node<T>> child : node.children.tailMap(beginning).entrySet()) {
            if (!child.getKey().startsWith(beginning)) {
                return;
            }
            forAll(child.getValue(), visitor);
        }
    }

    private static <T> void forAll(Node<T> node, Consumer<? super T> visitor) {
        if (node.value != null) {
            visitor.accept(node.value);
        }
        node.children.values().forEach(child -> forAll(child, visitor));
    }

    private static <T> void forEachLike(Node<T> node, String[] pattern, int depth, Consumer<? super T> visitor) {
        if (depth == pattern.length) {
            if (node.value != null) {
                visitor.accept(node.value);
            }
        } else if (pattern[depth].isEmpty()) {
            node.children.values().forEach(child -> forEachLike(child, pattern, depth + 1, visitor));
        } else {
            Node<T> child = node.children.get(pattern[depth]);
            if (child != null) {
                forEachLike(child, pattern, depth + 1, visitor);
            }
        }
    }

    /** Whether nothing is held, not even the branches that once led to a value. */
    public boolean isEmpty() {
        return root.isEmpty();
    }
}
