package io.bailiwick.domain.backup;

import io.bailiwick.domain.admission.Roles;
import io.bailiwick.domain.backup.BackupException.Reason;
import io.bailiwick.domain.procedure.Allowed;
import io.bailiwick.domain.procedure.FabricErrors;
import io.bailiwick.domain.procedure.Right;
import io.bailiwick.domain.procedure.Work;
import io.bailiwick.domain.schema.User;
import io.bailiwick.router.audit.Deed;
import io.bailiwick.router.client.ApplicationError;
import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedure;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backups, for the superuser. They go where the configuration says, and are named by what this gives back; no path comes in
 * over the network. They may take minutes: callers should wait.
 */
public final class BackupProcedures {
    private final Work work;
    private final Backups backups;
    private final RealmRestore restores;
    private final Executor executor;

    /**
     * Procedures over backups.
     *
     * @param work records who asked for what, before it begins and when it has ended
     * @param executor may block for minutes
     */
    public BackupProcedures(Work work, Backups backups, RealmStores stores, Executor executor) {
        this.work = work;
        this.backups = backups;
        this.restores = new RealmRestore(backups, stores);
        this.executor = executor;
    }

    /**
     * Makes a backup of the domain and of all its realms, and reads it back.
     *
     * @param keys whether the key pairs of the superuser and of the master are to be in it; not unless true
     * @return {@code {id, kind, created, software, keys, realms: [{oid, name, file}], files: [{name, bytes, sha256, rows}], ...}}.
     *     Errors: {@code fabric.not-authorized}, {@code fabric.backup-running}, {@code fabric.no-space},
     *     {@code fabric.backup-failed}
     */
    @Procedure(
            value = "io.bailiwick.domain.backup",
            does = "Makes a backup of the domain and of all its realms, while they run, and reads it back.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> backup(@Nullable Boolean keys, Invocation invocation) {
        boolean withKeys = Boolean.TRUE.equals(keys);
        return carryOut(
                invocation,
                deed -> deed.on("backup", "domain").to(Map.of("with_keys", withKeys)),
                () -> backups.ofDomain(withKeys).wire());
    }

    /**
     * Makes a backup of one realm, and reads it back.
     *
     * @return as {@link #backup}. Errors: as there, and {@code crossbar.error.no_such_object}
     */
    @Procedure(
            value = "io.bailiwick.domain.backup_realm",
            does = "Makes a backup of one management realm, while it runs, and reads it back.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> backupRealm(UUID mrealmOid, Invocation invocation) {
        return carryOut(invocation, deed -> deed.on("backup", mrealmOid).in(mrealmOid), () -> backups.ofRealm(mrealmOid)
                .wire());
    }

    /** The backups that there are, the newest first; each as {@link #backup} has it. Error: {@code fabric.not-authorized}. */
    @Procedure(value = "io.bailiwick.domain.list_backups", does = "Lists the backups that there are, the newest first.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<List<Map<String, @Nullable Object>>> listBackups(Invocation invocation) {
        requireSuperuser(invocation);
        return run(() -> backups.list().stream().map(BackupManifest::wire).toList());
    }

    /**
     * Reads a backup back, as a restore would.
     *
     * @param backup its id
     * @return {@code {id, rows, problems}}; no problems for a backup that can be restored. Errors: {@code fabric.not-authorized},
     *     {@code crossbar.error.no_such_object}, {@code fabric.backup-running}, {@code fabric.backup-failed}
     */
    @Procedure(
            value = "io.bailiwick.domain.verify_backup",
            does = "Reads a backup back, as a restore would, and tells what is wrong with it.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<Map<String, @Nullable Object>> verifyBackup(String backup, Invocation invocation) {
        requireSuperuser(invocation);
        return run(() -> {
            BackupCheck check = backups.check(backup);
            Map<String, @Nullable Object> wire = new LinkedHashMap<>();
            wire.put("id", check.id());
            wire.put("rows", check.rows());
            wire.put("problems", check.problems());
            return wire;
        });
    }

    /**
     * Puts the store of a realm back to what it was in a backup: stops its controller, changes the store, starts it again. Nodes
     * and users, and who may join, stay as they are now.
     *
     * @param backup the id of a backup that has the realm
     * @return a list of {@code {what, name, pubkey, kept}}: what was paired, unpaired or revoked in this realm since the backup,
     *     all of which still holds. Errors: {@code fabric.not-authorized}, {@code crossbar.error.no_such_object},
     *     {@code fabric.backup-running}, {@code fabric.backup-failed} (all is as before)
     */
    @Procedure(
            value = "io.bailiwick.domain.restore_realm",
            does =
                    "Puts the store of one management realm back to what it was in a backup; tells what was paired, unpaired or"
                            + " revoked since.")
    @Allowed(Right.SUPERUSER)
    public CompletableFuture<List<Map<String, @Nullable Object>>> restoreRealm(
            String backup, UUID mrealmOid, Invocation invocation) {
        return carryOut(
                invocation,
                deed -> deed.on("mrealm_store", mrealmOid).in(mrealmOid).to(Map.of("backup", backup)),
                () -> restores.run(backup, mrealmOid).changes().stream()
                        .map(Change::wire)
                        .toList());
    }

    /** What the superuser asked for: on record when it begins and when it has ended. */
    private <T> CompletableFuture<T> carryOut(Invocation invocation, Consumer<Deed> told, Backups.Work<T> doing) {
        return work.carryOut(
                invocation,
                deed -> {
                    requireSuperuser(invocation);
                    told.accept(deed);
                },
                () -> run(doing));
    }

    private static void requireSuperuser(Invocation invocation) {
        Map<String, ?> details = invocation.details().entries();
        if (!User.SUPERUSER.equals(details.get("caller_authid"))
                || !Roles.USER.equals(details.get("caller_authrole"))) {
            throw new ApplicationError(FabricErrors.NOT_AUTHORIZED, "expected the superuser");
        }
    }

    private <T> CompletableFuture<T> run(Backups.Work<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.run();
                    } catch (BackupException e) {
                        throw new CompletionException(
                                new ApplicationError(uri(e.reason()), String.valueOf(e.getMessage())));
                    } catch (IOException e) {
                        throw new CompletionException(
                                new ApplicationError(FabricErrors.BACKUP_FAILED, "the backups cannot be read"));
                    }
                },
                executor);
    }

    private static String uri(Reason reason) {
        return switch (reason) {
            case NO_SUCH_BACKUP -> FabricErrors.NO_SUCH_OBJECT;
            case BUSY -> FabricErrors.BACKUP_RUNNING;
            case NO_SPACE -> FabricErrors.NO_SPACE;
            case FAILED -> FabricErrors.BACKUP_FAILED;
        };
    }
}
