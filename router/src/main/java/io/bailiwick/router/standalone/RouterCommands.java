package io.bailiwick.router.standalone;

import io.bailiwick.router.command.CommandProvider;
import java.util.List;
import java.util.Map;

/** The commands of a router on its own. */
public final class RouterCommands implements CommandProvider {
    /** Made by the service loader. */
    public RouterCommands() {}

    @Override
    public Map<String, List<Object>> commands() {
        return Map.of("router", List.of(new RunCommand(), new CheckCommand(), new SecretCommands()));
    }
}
