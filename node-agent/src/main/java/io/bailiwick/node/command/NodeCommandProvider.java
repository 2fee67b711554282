package io.bailiwick.node.command;

import io.bailiwick.router.command.CommandProvider;
import java.util.List;
import java.util.Map;

/** The commands of the node agent. */
public final class NodeCommandProvider implements CommandProvider {
    /** Made by the service loader. */
    public NodeCommandProvider() {}

    @Override
    public Map<String, List<Object>> commands() {
        return Map.of("node", List.of(new NodeRunCommand(), new NodeKeysCommand()));
    }
}
