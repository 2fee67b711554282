package io.bailiwick.domain.command;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.Connection;
import io.bailiwick.router.command.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command that calls the domain and prints what it answers. */
abstract class ManagementCommand implements Callable<Integer> {
    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    /** The one dictionary of a result. */
    @SuppressWarnings("unchecked") // a dictionary on the wire has text keys
    static Map<String, @Nullable Object> dictionary(Arguments result) {
        return (Map<String, @Nullable Object>) result.list().get(0);
    }

    /** The rows of a result; none when it has no list. */
    @SuppressWarnings("unchecked") // dictionaries on the wire have text keys
    static List<Map<String, @Nullable Object>> rows(Arguments result) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        Object found = result.list().get(0);
        for (Object row : found instanceof List<?> list ? list : List.of()) {
            rows.add((Map<String, @Nullable Object>) row);
        }
        return rows;
    }

    /** The oid of the management realm of a name. */
    static String realmOid(Connection connection, ClientSession session, String realm) throws Exception {
        Arguments found =
                connection.call(session, "crossbarfabriccenter.mrealm.get_mrealm_by_name", Arguments.of(realm));
        return String.valueOf(dictionary(found).get("oid"));
    }
}
