package io.bailiwick.domain;

import io.bailiwick.domain.activation.MailAddress;
import io.bailiwick.domain.mail.SmtpOptions;
import io.bailiwick.domain.waiting.WatchOptions;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How people and nodes come in, besides with a key that is on record.
 *
 * @param adminSocket where an administrator of this machine comes in without a key; empty for {@code admin.sock} in the data
 *     directory
 * @param mail the mail server that takes activation codes; empty to keep them for the operator
 * @param domains the mail domains whose addresses get activation codes, in lower case; empty for all
 * @param watch a directory whose key files are paired; empty for none
 */
public record Logins(
        Optional<Path> adminSocket, Optional<SmtpOptions> mail, Set<String> domains, Optional<WatchOptions> watch) {
    /** The socket in the data directory, codes for the operator, and no directory. */
    public static final Logins DEFAULT =
            new Logins(Optional.empty(), Optional.empty(), Set.of(), Optional.empty());

    /** Copies the domains. */
    public Logins {
        domains = Set.copyOf(domains);
    }

    /** Logins without a watched directory. */
    public Logins(Optional<Path> adminSocket, Optional<SmtpOptions> mail, Set<String> domains) {
        this(adminSocket, mail, domains, Optional.empty());
    }

    /**
     * Reads them.
     *
     * @param root the options of a master
     * @param directory what paths are relative to
     */
    static Logins read(YamlNode root, Path directory) throws InvalidOptionsException {
        Optional<Path> socket = Optional.empty();
        Optional<YamlNode> given = root.get("admin_socket");
        if (given.isPresent()) {
            socket = Optional.of(MasterOptions.path(directory, given.get(), ""));
        }
        Optional<YamlNode> server = root.get("mail");
        Set<String> domains = new HashSet<>();
        Optional<YamlNode> named = root.get("mail_domains");
        if (named.isPresent()) {
            for (YamlNode domain : named.get().items()) {
                domains.add(MailAddress.of("someone@" + domain.text())
                        .map(MailAddress::domain)
                        .orElseThrow(() -> domain.wrong("a mail domain", "something else")));
            }
        }
        Optional<YamlNode> watched = root.get("watch_to_pair");
        return new Logins(
                socket,
                server.isPresent() ? Optional.of(SmtpOptions.read(server.get(), directory)) : Optional.empty(),
                domains,
                watched.isPresent() ? Optional.of(WatchOptions.read(watched.get(), directory)) : Optional.empty());
    }

    /** These with a mail server. */
    public Logins mailedBy(SmtpOptions server) {
        return new Logins(adminSocket, Optional.of(server), domains, watch);
    }

    /** These with another socket for administrators. */
    public Logins at(Path socket) {
        return new Logins(Optional.of(socket), mail, domains, watch);
    }

    /** These with a directory whose key files are paired. */
    public Logins watching(WatchOptions directory) {
        return new Logins(adminSocket, mail, domains, Optional.of(directory));
    }
}
