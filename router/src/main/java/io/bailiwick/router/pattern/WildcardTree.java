package io.bailiwick.router.pattern;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by wildcard pattern: a tree of components, in which an empty component of a pattern is an edge that any
 * component of a URI may take.
 */
final class WildcardTree<T> {
    private final Node<T> root = new Node<>();

    private static final class Node<T> {
        private @Nullable T value;
        private @Nullable Node<T> any;
        private Map<String, Node<T>> literals = Map.of();

        @Nullable
        Node<T> child(String component) {
            return component.isEmpty() ? any : literals.get(component);
        }

        Node<T> childOrNew(String component) {
            if (component.isEmpty()) {
                if (any == null) {
                    any = new Node<>();
                }
                return any;
            }
            if (literals.isEmpty()) {
                literals = new HashMap<>(4);
            }
            return literals.computeIfAbsent(component, absent -> new Node<>());
        }

        void drop(String component) {
            if (component.isEmpty()) {
                any = null;
            } else {
                literals.remove(component);
            }
        }

        boolean isEmpty() {
            return value == null && any == null && literals.isEmpty();
        }
    }

    private static String[] components(String uri) {
        return uri.split("\\.", -1);
    }

    @Nullable
    T get(String pattern) {
        Node<T> node = root;
        for (String component : components(pattern)) {
            node = node.child(component);
            if (node == null) {
                return null;
            }
        }
        return node.value;
    }

    void put(String pattern, T value) {
        Node<T> node = root;
        for (String component : components(pattern)) {
            node = node.childOrNew(component);
        }
        node.value = value;
    }

    void remove(String pattern) {
        remove(root, components(pattern), 0);
    }

    private static <T> void remove(Node<T> node, String[] components, int depth) {
        if (depth == components.length) {
            node.value = null;
            return;
        }
        Node<T> child = node.child(components[depth]);
        if (child != null) {
            remove(child, components, depth + 1);
            if (child.isEmpty()) {
                node.drop(components[depth]);
            }
        }
    }

    @Nullable
    T best(String uri) {
        return root.isEmpty() ? null : best(root, components(uri), 0);
    }

    /** The literal edge before the wildcard edge, at every level: this is the order of precedence. */
    private static <T> @Nullable T best(Node<T> node, String[] components, int depth) {
        if (depth == components.length) {
            return node.value;
        }
        Node<T> literal = node.literals.get(components[depth]);
        T value = literal == null ? null : best(literal, components, depth + 1);
        return value == null && node.any != null ? best(node.any, components, depth + 1) : value;
    }

    void forEachMatch(String uri, Consumer<? super T> visitor) {
        if (!root.isEmpty()) {
            forEachMatch(root, components(uri), 0, visitor);
        }
    }

    private static <T> void forEachMatch(Node<T> node, String[] components, int depth, Consumer<? super T> visitor) {
        if (depth == components.length) {
            if (node.value != null) {
                visitor.accept(node.value);
            }
            return;
        }
        Node<T> literal = node.literals.get(components[depth]);
        if (literal != null) {
            forEachMatch(literal, components, depth + 1, visitor);
        }
        if (node.any != null) {
            forEachMatch(node.any, components, depth + 1, visitor);
        }
    }

    boolean isEmpty() {
        return root.isEmpty();
    }
}
