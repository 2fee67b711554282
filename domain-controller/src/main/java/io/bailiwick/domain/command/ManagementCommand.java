package io.bailiwick.domain.command;

import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.command.Connection;
import io.bailiwick.router.command.Output;
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
}
