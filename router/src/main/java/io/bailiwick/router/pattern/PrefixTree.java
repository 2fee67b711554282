package io.bailiwick.router.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by prefix, counted in characters: a radix tree. Every node but the root holds a value or branches, so the tree
 * has at most twice as many nodes as values.
 */
final class PrefixTree<T> {
    private static final char[] NO_INITIALS = {};

    private final Node<T> root = new Node<>("", null);

    private static final class Node<T> {
        /** The characters that lead here from the parent; empty for the root alone. */
        private String label;

        private @Nullable Node<T> parent;
        private @Nullable T value;
        /** The first characters of the labels of its children, in order; few, and so an array is searched fastest. */
        private char[] initials = NO_INITIALS;
        /** The children, in the same order. */
        private List<Node<T>> children = List.of();

        Node(String label, @Nullable Node<T> parent) {
            this.label = label;
            this.parent = parent;
        }

        @Nullable
        Node<T> child(char initial) {
            int at = Arrays.binarySearch(initials, initial);
            return at < 0 ? null : children.get(at);
        }

        /** Adds a child, in the place of the one whose label begins alike. */
        void add(Node<T> child) {
            char initial = child.label.charAt(0);
            int at = Arrays.binarySearch(initials, initial);
            if (at >= 0) {
                children.set(at, child);
            } else {
                int place = -at - 1;
                initials = chars(text().insert(place, initial));
                children = children.isEmpty() ? new ArrayList<>(1) : children;
                children.add(place, child);
            }
            child.parent = this;
        }

        void drop(char initial) {
            int at = Arrays.binarySearch(initials, initial);
            initials = chars(text().deleteCharAt(at));
            children.remove(at);
        }

        private StringBuilder text() {
            return new StringBuilder(initials.length + 1).append(initials);
        }

        private static char[] chars(StringBuilder text) {
            return text.toString().toCharArray();
        }
    }

    @Nullable
    T get(String prefix) {
        Node<T> node = find(prefix);
        return node == null ? null : node.value;
    }

    private @Nullable Node<T> find(String prefix) {
        Node<T> node = root;
        for (int at = 0; at < prefix.length(); at += node.label.length()) {
            Node<T> child = node.child(prefix.charAt(at));
            if (child == null || !prefix.startsWith(child.label, at)) {
                return null;
            }
            node = child;
        }
        return node;
    }

    void put(String prefix, T value) {
        Node<T> node = root;
        int at = 0;
        while (at < prefix.length()) {
            Node<T> child = node.child(prefix.charAt(at));
            if (child == null) {
                child = new Node<>(prefix.substring(at), node);
                node.add(child);
            } else {
                int common = commonLength(child.label, prefix, at);
                if (common < child.label.length()) {
                    child = split(child, common);
                }
            }
            at += child.label.length();
            node = child;
        }
        node.value = value;
    }

    /** Puts a node in the middle of the way to this one, and answers it. */
    private static <T> Node<T> split(Node<T> node, int length) {
        Node<T> parent = Objects.requireNonNull(node.parent);
        Node<T> middle = new Node<>(node.label.substring(0, length), parent);
        parent.add(middle);
        node.label = node.label.substring(length);
        middle.add(node);
        return middle;
    }

    private static int commonLength(String label, String text, int at) {
        int most = Math.min(label.length(), text.length() - at);
        int common = 0;
        while (common < most && label.charAt(common) == text.charAt(at + common)) {
            common++;
        }
        return common;
    }

    void remove(String prefix) {
        Node<T> node = find(prefix);
        if (node == null) {
            return;
        }
        node.value = null;
        Node<T> parent = node.parent;
        if (parent != null && node.children.isEmpty()) {
            parent.drop(node.label.charAt(0));
            joinWithOnlyChild(parent);
        } else {
            joinWithOnlyChild(node);
        }
    }

    /** Undoes a split that serves nobody any more. */
    private static <T> void joinWithOnlyChild(Node<T> node) {
        Node<T> parent = node.parent;
        if (parent == null || node.value != null || node.children.size() != 1) {
            return;
        }
        Node<T> child = node.children.get(0);
        child.label = node.label + child.label;
        parent.add(child);
    }

    @Nullable
    T longest(String uri) {
        T longest = null;
        Node<T> node = root;
        int at = 0;
        while (node != null) {
            if (node.value != null) {
                longest = node.value;
            }
            node = next(node, uri, at);
            at += node == null ? 0 : node.label.length();
        }
        return longest;
    }

    /** Whether a prefix matches that ends where a component of the URI begins or ends. */
    boolean matchesWholeComponents(String uri) {
        Node<T> node = root;
        int at = 0;
        while (node != null) {
            if (node.value != null
                    && (at == uri.length() || uri.charAt(at) == '.' || at == 0 || uri.charAt(at - 1) == '.')) {
                return true;
            }
            node = next(node, uri, at);
            at += node == null ? 0 : node.label.length();
        }
        return false;
    }

    void forEachMatch(String uri, Consumer<? super T> visitor) {
        Node<T> node = root;
        int at = 0;
        while (node != null) {
            if (node.value != null) {
                visitor.accept(node.value);
            }
            node = next(node, uri, at);
            at += node == null ? 0 : node.label.length();
        }
    }

    private static <T> @Nullable Node<T> next(Node<T> node, String uri, int at) {
        if (at == uri.length()) {
            return null;
        }
        Node<T> child = node.child(uri.charAt(at));
        return child != null && uri.startsWith(child.label, at) ? child : null;
    }

    boolean isEmpty() {
        return root.value == null && root.children.isEmpty();
    }
}
