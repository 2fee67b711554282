package io.bailiwick.house;

import io.bailiwick.mrealm.remote.RemoteGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The part of the page that is the remote API: made of its table, and of the tests that call each row as {@code group.name}.
 */
final class RemotePage {
    /** What is below this prefix is WAMP's own, and goes by no table. */
    static final String META = RemoteGroup.PREFIX + RemoteGroup.REALM_META.id() + ".wamp.";

    private static final String HEAD = """

            ## The remote API, on a management realm

            Calls that are forwarded to a node, and what nodes publish; [remote.md](remote.md) tells how. Arguments are the node, for those of
            a worker the worker, and then what the node takes; results and errors are those of the node. Who: operator;
            admin for what reaches the machine of the node. A `^` stands where
            the node itself answers for its worker. Below `crossbarfabriccenter.remote.realm.meta.wamp.` is WAMP's meta API of a
            realm of a worker, whatever of it the worker has.
            """;

    private RemotePage() {}

    private static Stream<RemoteGroup> groups() {
        return Arrays.stream(RemoteGroup.values()).filter(group -> group != RemoteGroup.REALM_META);
    }

    private static String uri(RemoteGroup group, String name) {
        return RemoteGroup.PREFIX + group.id() + "." + name;
    }

    /** The URIs of all procedures of the table. */
    static Set<String> procedures() {
        Set<String> uris = new TreeSet<>();
        groups().forEach(group -> group.procedures().keySet().forEach(name -> uris.add(uri(group, name))));
        return uris;
    }

    /** The URIs of all topics of the table. */
    static Set<String> topics() {
        Set<String> uris = new TreeSet<>();
        groups().forEach(group -> group.events().values().forEach(name -> uris.add(uri(group, name))));
        return uris;
    }

    /** What no test calls. */
    static List<String> unshown(TestNames tests) {
        List<String> missing = new ArrayList<>();
        Stream.concat(procedures().stream(), topics().stream())
                .filter(uri -> tests.ofRow(row(uri)).isEmpty())
                .forEach(uri -> missing.add(uri + " is called by no test"));
        return missing;
    }

    private static String row(String uri) {
        return uri.substring(RemoteGroup.PREFIX.length());
    }

    /** This part in Markdown. */
    static String text(TestNames tests) {
        StringBuilder text = new StringBuilder(HEAD);
        groups().forEach(group -> {
            text.append("\n### `").append(RemoteGroup.PREFIX).append(group.id()).append("`\n\n");
            text.append("| procedure | at the node | shown by |\n|---|---|---|\n");
            group.procedures().forEach((here, there) -> line(text, tests, group, here, there));
            if (!group.events().isEmpty()) {
                text.append("\n| event | at the node | shown by |\n|---|---|---|\n");
                for (Map.Entry<String, String> event : group.events().entrySet()) {
                    line(text, tests, group, event.getValue(), event.getKey());
                }
            }
        });
        return text.toString();
    }

    private static void line(StringBuilder text, TestNames tests, RemoteGroup group, String here, String there) {
        text.append("| `").append(here).append("` | `").append(there).append("` | ");
        text.append(String.join(
                        ", ",
                        tests.ofRow(group.id() + "." + here).stream()
                                .map(name -> "`" + name + "`")
                                .toList()))
                .append(" |\n");
    }
}
