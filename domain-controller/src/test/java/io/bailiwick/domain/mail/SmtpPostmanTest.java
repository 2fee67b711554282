package io.bailiwick.domain.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.domain.activation.Letter;
import io.bailiwick.domain.mail.SmtpOptions.Security;
import io.bailiwick.domain.schema.ActivationToken;
import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.config.Reading;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** Mails to a real server on loopback. */
class SmtpPostmanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Letter LETTER = new Letter(
            "alice@example.org",
            "ab".repeat(32),
            "ABCD-EFGH-JKLM",
            ActivationToken.Type.REGISTRATION,
            NOW,
            NOW.plus(Duration.ofMinutes(15)));

    @TempDir
    Path directory;

    private final BlockingQueue<String> mails = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private MailCertificates certificates;
    private Path password;

    @BeforeEach
    void prepare() throws Exception {
        certificates = MailCertificates.create(directory);
        password = Files.writeString(directory.resolve("password"), "correct horse\nnot this line\n");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private SMTPServer.Builder server() {
        return new SMTPServer.Builder()
                .bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .messageHandler((context, from, to, data) ->
                        mails.add("to " + to + "\n" + new String(data, StandardCharsets.UTF_8)));
    }

    private static SMTPServer.Builder withLogin(SMTPServer.Builder builder) {
        return builder.requireAuth()
                .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, word, context) -> {
                    if (!user.equals("bailiwick") || !word.equals("correct horse")) {
                        throw new LoginFailedException("no");
                    }
                }));
    }

    private int started(SMTPServer.Builder builder) {
        SMTPServer server = builder.build();
        server.start();
        opened.add(server::stop);
        return server.getPortAllocated();
    }

    private SmtpPostman postman(int port, Security security, boolean login) throws IOException {
        SmtpPostman postman = new SmtpPostman(new SmtpOptions(
                "localhost",
                port,
                security,
                "Bailiwick <noreply@example.org>",
                login ? Optional.of(new SmtpOptions.Login("bailiwick", password)) : Optional.empty(),
                Optional.of(certificates.authority())));
        opened.add(postman);
        return postman;
    }

    private static void delivered(SmtpPostman postman) throws Exception {
        postman.deliver(LETTER).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Throwable failed(SmtpPostman postman) {
        return assertThrows(ExecutionException.class, () -> delivered(postman)).getCause();
    }

    @Test
    void a_code_is_mailed_by_starttls_with_a_login() throws Exception {
        SSLContext tls = certificates.server("localhost");
        int port = started(
                withLogin(server().startTlsSocketFactory(tls).enableTLS().requireTLS()));
        delivered(postman(port, Security.STARTTLS, true));
        String mail = mails.take();
        assertTrue(mail.startsWith("to alice@example.org\n"), mail);
        assertTrue(mail.contains("From: Bailiwick <noreply@example.org>"), mail);
        assertTrue(mail.contains("Subject: Bailiwick: your REGISTRATION code"), mail);
        assertTrue(mail.contains("Auto-Submitted: auto-generated"), mail);
        assertTrue(mail.contains("ABCD-EFGH-JKLM"), mail);
        assertTrue(mail.contains("ab".repeat(32)), mail);
        assertTrue(mail.contains("15 minutes"), mail);
    }

    @Test
    void a_code_is_mailed_over_tls_from_the_first_octet() throws Exception {
        SSLContext tls = certificates.server("localhost");
        int port = started(withLogin(server().serverSocketFactory(tls)));
        delivered(postman(port, Security.TLS, true));
        assertTrue(mails.take().contains("ABCD-EFGH-JKLM"));
    }

    @Test
    void a_relay_on_this_machine_needs_neither() throws Exception {
        delivered(postman(started(server()), Security.NONE, false));
        assertEquals(1, mails.size());
    }

    @Test
    void nothing_is_sent_to_a_server_without_starttls_where_it_is_asked_for() throws Exception {
        failed(postman(started(withLogin(server())), Security.STARTTLS, true));
        assertTrue(mails.isEmpty());
    }

    @Test
    void nothing_is_sent_to_a_server_whose_certificate_is_for_another_host_or_of_nobody_who_is_trusted()
            throws Exception {
        SSLContext other = certificates.server("other.example.org");
        failed(postman(started(server().startTlsSocketFactory(other).enableTLS()), Security.STARTTLS, false));
        SSLContext foreign = MailCertificates.create(Files.createDirectory(directory.resolve("foreign")))
                .server("localhost");
        failed(postman(started(server().startTlsSocketFactory(foreign).enableTLS()), Security.STARTTLS, false));
        assertTrue(mails.isEmpty());
    }

    @Test
    void a_wrong_password_fails_and_one_that_is_changed_counts_at_once() throws Exception {
        SSLContext tls = certificates.server("localhost");
        int port = started(withLogin(server().startTlsSocketFactory(tls).enableTLS()));
        SmtpPostman postman = postman(port, Security.STARTTLS, true);
        Files.writeString(password, "wrong");
        Throwable failure = failed(postman);
        assertFalse(String.valueOf(failure).contains("ABCD"), String.valueOf(failure));
        Files.writeString(password, "correct horse");
        delivered(postman);
    }

    @Test
    void a_server_that_says_nothing_is_given_up_and_nobody_waits_on_his_own_thread() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            SmtpPostman postman = postman(silent.getLocalPort(), Security.NONE, false);
            long begun = System.nanoTime();
            CompletableFuture<Void> first = postman.deliver(LETTER).toCompletableFuture();
            assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 2_000);
            assertThrows(ExecutionException.class, () -> first.get(7, TimeUnit.SECONDS));
        }
    }

    @Test
    void more_mails_than_may_wait_are_refused_at_once() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 500, InetAddress.getLoopbackAddress())) {
            SmtpPostman postman = postman(silent.getLocalPort(), Security.NONE, false);
            long refused = 0;
            for (int i = 0; i < 110; i++) {
                refused += postman.deliver(LETTER).toCompletableFuture().isCompletedExceptionally() ? 1 : 0;
            }
            assertEquals(8, refused);
        }
    }

    @Test
    void a_password_that_is_missing_is_told_at_the_start() throws Exception {
        Files.writeString(password, "");
        assertThrows(IOException.class, () -> postman(25, Security.TLS, true));
    }

    private SmtpOptions read(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("mail.yaml"), yaml);
        Reading reading = new Reading(file);
        Optional<SmtpOptions> options = Section.read(YamlNode.read(file), reading, SmtpOptions::read);
        if (!reading.faults().isEmpty()) {
            throw new FaultyFileException(reading.faults());
        }
        return options.orElseThrow();
    }

    @Test
    void the_options_are_read_from_a_file_and_their_faults_told_with_the_place() throws Exception {
        SmtpOptions options = read("host: smtp.example.org\nfrom: a@example.org\nuser: me\npassword_file: word\n");
        assertEquals(587, options.port());
        assertEquals(Security.STARTTLS, options.security());
        assertEquals(Optional.of(new SmtpOptions.Login("me", directory.resolve("word"))), options.login());
        assertEquals(465, read("host: h\nfrom: a@b.c\nsecurity: tls\n").port());
        for (String wrong : List.of(
                "from: a@b.c\n",
                "host: h\n",
                "host: h\nfrom: nobody at all\n",
                "host: h\nfrom: a@b.c\nsecurity: ssl\n",
                "host: h\nfrom: a@b.c\nuser: me\n",
                "host: h\nfrom: a@b.c\nuser: me\npassword_file: f\nsecurity: none\n",
                "host: h\nfrom: a@b.c\npassword: secret\n")) {
            assertThrows(FaultyFileException.class, () -> read(wrong), wrong);
        }
    }
}
