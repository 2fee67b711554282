package io.bailiwick.domain;

import io.bailiwick.domain.activation.MailAddress;
import io.bailiwick.domain.mail.SmtpOptions;
import io.bailiwick.domain.waiting.WatchOptions;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    public static final Logins DEFAULT = new Logins(Optional.empty(), Optional.empty(), Set.of(), Optional.empty());

    /** The names that are read here. */
    static final List<String> NAMES = List.of("admin_socket", "mail", "mail_domains", "watch_to_pair");

    /** Copies the domains. */
    public Logins {
        domains = Set.copyOf(domains);
    }

    /** Reads them from the top of a file. */
    static Logins read(Section section) throws InvalidOptionsException {
        return new Logins(
                section.path("admin_socket"),
                section.section("mail", SmtpOptions::read),
                new HashSet<>(section.<String>values("mail_domains", Logins::domain)),
                section.maybe("watch_to_pair", node -> WatchOptions.read(node, section.reading())));
    }

    private static String domain(YamlNode node) throws InvalidOptionsException {
        return MailAddress.of("someone@" + node.text())
                .map(MailAddress::domain)
                .orElseThrow(() -> node.wrong("a mail domain", "something else"));
    }

    /** Adds them to what a file would say. */
    void show(Map<String, Object> shown, Path data) {
        shown.put("admin_socket", adminSocket.orElse(data.resolve("admin.sock")).toString());
        mail.ifPresent(server -> shown.put("mail", server.shown()));
        shown.put("mail_domains", domains.stream().sorted().toList());
        watch.ifPresent(directory -> shown.put("watch_to_pair", directory.shown()));
    }

    /** Logins without a watched directory. */
    public Logins(Optional<Path> adminSocket, Optional<SmtpOptions> mail, Set<String> domains) {
        this(adminSocket, mail, domains, Optional.empty());
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
