package io.bailiwick.mrealm.node;

import io.bailiwick.router.codec.TokenReader;
import io.bailiwick.router.codec.TokenReader.Kind;
import io.bailiwick.router.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes as the domain tells of them. A list is read straight from its tokens: a realm may have a hundred thousand nodes, and their
 * rows have the same names in the same order, and many of the same values.
 */
final class NodeReader {
    private static final Logger LOG = LoggerFactory.getLogger(NodeReader.class);

    /** The names of the row that was read last, and their octets. */
    private String[] names = {};

    private byte[][] octets = {};
    private final List<@Nullable Object> values = new ArrayList<>();
    /** The node that was told last: the next has much in common with it. */
    private @Nullable Node latest;

    /**
     * Some nodes of a list that is told in parts.
     *
     * @param last the name of the last of them, also if it was left out; empty when there is none
     */
    record Page(List<Node> nodes, String last) {}

    /** One node. @throws IllegalArgumentException naming what was expected and what came */
    Node node(@Nullable Object row) {
        return told(Node.of(row, latest));
    }

    /**
     * Those in a result of {@code io.bailiwick.domain.list_nodes}. Rows that are none of a node are left out, and the log says so.
     *
     * @throws IllegalStateException when it has no list
     */
    Page page(Payload result) {
        TokenReader tokens = TokenReader.ofPayload(result);
        boolean list = !result.isEmpty()
                && tokens.next() == Kind.LIST
                && tokens.more(Kind.LIST, tokens.size(), 0)
                && tokens.next() == Kind.LIST;
        if (!list) {
            throw new IllegalStateException(
                    "expected a list of nodes from io.bailiwick.domain.list_nodes, but found none");
        }
        List<Node> nodes = new ArrayList<>();
        String last = "";
        int size = tokens.size();
        for (int i = 0; tokens.more(Kind.LIST, size, i); i++) {
            Kind kind = tokens.next();
            if (kind == Kind.DICT) {
                read(tokens);
                last = authid(last);
                add(nodes);
            } else {
                tokens.skip(kind);
                LOG.warn("A node told by the domain is left out: expected a dictionary, but found {}", kind.words());
            }
        }
        return new Page(nodes, last);
    }

    private void add(List<Node> nodes) {
        try {
            nodes.add(told(Node.of(names, values.toArray(), latest)));
        } catch (IllegalArgumentException e) {
            LOG.warn("A node told by the domain is left out: {}", e.getMessage());
        }
    }

    private Node told(Node node) {
        latest = node;
        return node;
    }

    /** Reads the entries of a row. */
    private void read(TokenReader tokens) {
        values.clear();
        int size = tokens.size();
        int entries = 0;
        for (; tokens.more(Kind.DICT, size, entries); entries++) {
            tokens.key();
            if (entries >= names.length || !tokens.hasContent(octets[entries])) {
                rename(entries, tokens.text());
            }
            values.add(tokens.value(tokens.next()));
        }
        names = entries == names.length ? names : Arrays.copyOf(names, entries);
    }

    /** Arrays of its own, as nodes keep those that were there. */
    private void rename(int entry, String name) {
        names = Arrays.copyOf(names, Math.max(names.length, entry + 1));
        octets = Arrays.copyOf(octets, names.length);
        names[entry] = name;
        octets[entry] = name.getBytes(StandardCharsets.UTF_8);
    }

    private String authid(String otherwise) {
        int at = Arrays.asList(names).lastIndexOf("authid");
        return at >= 0 && values.get(at) instanceof String authid ? authid : otherwise;
    }
}
