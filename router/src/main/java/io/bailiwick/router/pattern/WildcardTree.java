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
        /** The one literal, where there is but one. */
        private @Nullable String only;

        /** Where a component of a URI leads to; it is not cut out of the URI while there is but one to compare it with. */
        @Nullable
        Node<T> literal(String uri, int from, int end) {
            String one = only;
            if (one != null) {
                boolean same = one.length() == end - from && uri.startsWith(one, from);
                return same ? literals.get(one) : null;
            }
            return literals.isEmpty() ? null : literals.get(uri.substring(from, end));
        }

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
            Node<T> child = literals.computeIfAbsent(component, absent -> new Node<>());
            only = literals.size() == 1 ? component : null;
            return child;
        }

        void drop(String component) {
            if (component.isEmpty()) {
                any = null;
            } else {
                literals.remove(component);
                only = literals.size() == 1 ? literals.keySet().iterator().next() : null;
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
        return root.isEmpty() ? null : best(root, uri, 0);
    }

    /**
     * The literal edge before the wildcard edge, at every level: this is the order of precedence.
     *
     * @param from where the next component begins; behind the end of the URI when there is none
     */
    private static <T> @Nullable T best(Node<T> node, String uri, int from) {
        if (from > uri.length()) {
            return node.value;
        }
        int end = end(uri, from);
        Node<T> literal = node.literal(uri, from, end);
        T value = literal == null ? null : best(literal, uri, end + 1);
        return value == null && node.any != null ? best(node.any, uri, end + 1) : value;
    }

    void forEachMatch(String uri, Consumer<? super T> visitor) {
        if (!root.isEmpty()) {
            forEachMatch(root, uri, 0, visitor);
        }
    }

    private static <T> void forEachMatch(Node<T> node, String uri, int from, Consumer<? super T> visitor) {
        if (from > uri.length()) {
            if (node.value != null) {
                visitor.accept(node.value);
            }
            return;
        }
        int end = end(uri, from);
        Node<T> literal = node.literal(uri, from, end);
        if (literal != null) {
            forEachMatch(literal, uri, end + 1, visitor);
        }
        if (node.any != null) {
            forEachMatch(node.any, uri, end + 1, visitor);
        }
    }

    /** Where the component ends that begins here. */
    private static int end(String uri, int from) {
        int dot = uri.indexOf('.', from);
        return dot < 0 ? uri.length() : dot;
    }

    boolean isEmpty() {
        return root.isEmpty();
    }
}
