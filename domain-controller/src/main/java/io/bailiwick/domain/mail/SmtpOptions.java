package io.bailiwick.domain.mail;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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

    private static final String[] NAMES = {"host", "port", "security", "from", "user", "password_file", "trust"};

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

    /** Reads {@code mail:}. */
    public static SmtpOptions read(Section section) throws InvalidOptionsException {
        section.only(NAMES);
        Security security = section.choice("security", Security.STARTTLS);
        int port = section.value("port", node -> node.number(1, 65_535), security.port);
        Optional<Login> login = login(section, security);
        Optional<Path> trust = section.path("trust");
        Optional<String> from = section.maybe("from", SmtpOptions::sender);
        String host = section.required("host").text();
        section.required("from");
        return new SmtpOptions(host, port, security, from.orElse(""), login, trust);
    }

    private static Optional<Login> login(Section section, Security security) throws InvalidOptionsException {
        Optional<String> user = section.maybe("user", YamlNode::text);
        Optional<Path> password = section.path("password_file");
        boolean named = section.get("user").isPresent();
        if (named != section.get("password_file").isPresent()) {
            throw section.node().wrong("user and password_file together", "only one of them");
        }
        if (named && security == Security.NONE) {
            throw section.required("user").wrong("security tls or starttls with a password", "none");
        }
        return user.flatMap(name -> password.map(file -> new Login(name, file)));
    }

    private static String sender(YamlNode node) throws InvalidOptionsException {
        try {
            new InternetAddress(node.text(), true).validate();
            return node.text();
        } catch (AddressException wrong) {
            throw node.wrong("a mail address", "this: " + wrong.getMessage());
        }
    }

    /**
     * Looks whether the files can be used.
     *
     * @throws IOException naming the one that cannot, and why
     */
    public void checkFiles() throws IOException {
        if (login.isPresent()) {
            SmtpPostman.password(login.get());
        }
        if (trust.isPresent()) {
            Trust.only(trust.get());
        }
    }

    /** As it stands in a file; of a password it has the name of its file only. */
    public Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("host", host);
        shown.put("port", port);
        shown.put("security", security.name().toLowerCase(Locale.ROOT));
        shown.put("from", from);
        login.ifPresent(known -> {
            shown.put("user", known.user());
            shown.put("password_file", known.passwordFile().toString());
        });
        trust.ifPresent(file -> shown.put("trust", file.toString()));
        return shown;
    }
}
