package io.bailiwick.router.command;

import java.util.List;
import java.util.Map;

/**
 * The commands of one module, found as a service ({@code META-INF/services}), so that the launcher needs no module but
 * this one to compile.
 */
public interface CommandProvider {
    /**
     * The commands.
     *
     * @return the group they stand in ({@code node}, {@code mrealm}, {@code master}; empty for the top level), and objects
     *     annotated for picocli
     */
    Map<String, List<Object>> commands();
}
