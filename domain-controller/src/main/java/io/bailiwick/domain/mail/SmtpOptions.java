package io.bailiwick.domain.mail;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The mail server that takes our mail.
 *
 * <pre>
 * host: smtp.example.org
 * port: 587                         # default: 587 with starttls, 465 with tls, 25 with none
 * security: starttls                # tls: encrypted from the start; none: not at all, and then without a password
 * from: Bailiwick &lt;noreply@example.org&gt;
 * user: bailiwick                   # with password_file; leave both out for a server that asks for no login
 * password_file: smtp.password      # its first line; read for each mail, so that it can be changed while the master runs
 * trust: ca.pem                     # certificates to trust in place of those that Java trusts
 * </pre>
 *
 * @param host the name of the server, which its certificate must have
 * @param port its port
 * @param security how the connection is encrypted
 * @param from the sender, an address as in a header
 * @param login how to log in; empty for a server that does not ask
 * @param trust certificates in PEM to trust; empty for those that Java trusts
 */
public record SmtpOptions(
        String host, int port, Security security, String from, Optional<Login> login, Optional<Path> trust) {

    private static final Set<String> NAMES =
            Set.of("host", "port", "security", "from", "user", "password_file", "trust");

    /** How a connection is encrypted. */
    public enum Security {
        /** By STARTTLS, which the server must offer: without it nothing is sent. */
        STARTTLS(587),
        /** From the first octet. */
        TLS(465),
        /** Not at all: for a relay on the same machine. */
        NONE(25);

        private final int port;

        Security(int port) {
            this.port = port;
        }
    }

    /**
     * A login.
     *
     * @param user the name
     * @param passwordFile the file whose first line is the password
     */
    public record Login(String user, Path passwordFile) {}

    /** Checks that no password goes over a connection that is not encrypted. */
    public SmtpOptions {
        if (security == Security.NONE && login.isPresent()) {
            throw new IllegalArgumentException("expected tls or starttls with a password, but found none");
        }
    }

    /**
     * Reads them.
     *
     * @param directory what paths are relative to
     * @throws InvalidOptionsException naming line and column of what is wrong
     */
    public static SmtpOptions read(YamlNode node, Path directory) throws InvalidOptionsException {
        node.allowOnly(NAMES);
        Security security = security(node);
        Optional<YamlNode> port = node.get("port");
        Optional<YamlNode> user = node.get("user");
        Optional<YamlNode> password = node.get("password_file");
        Optional<YamlNode> trust = node.get("trust");
        if (user.isPresent() != password.isPresent()) {
            throw node.wrong("user and password_file together", "only one of them");
        }
        Optional<Login> login = Optional.empty();
        if (user.isPresent() && password.isPresent()) {
            if (security == Security.NONE) {
                throw user.get().wrong("security tls or starttls with a password", "none");
            }
            login = Optional.of(new Login(user.get().text(), path(directory, password.get())));
        }
        return new SmtpOptions(
                node.require("host").text(),
                port.isPresent() ? port.get().number(1, 65_535) : security.port,
                security,
                sender(node.require("from")),
                login,
                trust.isPresent() ? Optional.of(path(directory, trust.get())) : Optional.empty());
    }

    private static Security security(YamlNode node) throws InvalidOptionsException {
        Optional<YamlNode> given = node.get("security");
        if (given.isEmpty()) {
            return Security.STARTTLS;
        }
        String text = given.get().text();
        return Arrays.stream(Security.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> given.get().wrong("starttls, tls or none", text));
    }

    private static String sender(YamlNode node) throws InvalidOptionsException {
        try {
            new InternetAddress(node.text(), true).validate();
            return node.text();
        } catch (AddressException wrong) {
            throw node.wrong("a mail address", "this: " + wrong.getMessage());
        }
    }

    private static Path path(Path directory, YamlNode node) throws InvalidOptionsException {
        try {
            return directory.resolve(node.text()).normalize();
        } catch (InvalidPathException wrong) {
            throw node.wrong("a path", "text that is none");
        }
    }
}
