package io.bailiwick.domain.command;

import io.bailiwick.router.command.CommandProvider;
import java.util.List;
import java.util.Map;

/** The commands of the domain controller. */
public final class DomainCommands implements CommandProvider {
    /** Made by the service loader. */
    public DomainCommands() {}

    @Override
    public Map<String, List<Object>> commands() {
        return Map.of(
                "",
                List.of(new QuickstartCommand()),
                "audit",
                List.of(
                        new AuditCommands.ListAll(),
                        new AuditCommands.Verify(),
                        new AuditCommands.Export(),
                        new AuditCommands.Cut()),
                "master",
                List.of(new MasterRunCommand()),
                "config",
                List.of(new ConfigCommands.Check(), new ConfigCommands.Show()),
                "backup",
                List.of(
                        new BackupCommands.Create(),
                        new BackupCommands.ListAll(),
                        new BackupCommands.Verify(),
                        new BackupCommands.Restore()),
                "mrealm",
                List.of(
                        new MrealmCommands.Create(),
                        new MrealmCommands.ListAll(),
                        new MrealmCommands.Show(),
                        new MrealmCommands.Delete()),
                "node",
                List.of(
                        new NodeCommands.Pair(),
                        new NodeCommands.Unpair(),
                        new NodeCommands.ListAll(),
                        new NodeCommands.Show(),
                        new WaitingCommands.Waiting(),
                        new WaitingCommands.Approve(),
                        new WaitingCommands.Deny(),
                        new WaitingCommands.Forgive(),
                        new WaitingCommands.Import(),
                        new JoinCodeCommands()),
                "usage",
                List.of(new UsageCommands.ListAll(), new UsageCommands.Export(), new UsageCommands.Status()),
                "user",
                List.of(
                        new UserCommands.Login(),
                        new UserCommands.Codes(),
                        new UserCommands.Keys(),
                        new UserCommands.Revoke()));
    }
}
