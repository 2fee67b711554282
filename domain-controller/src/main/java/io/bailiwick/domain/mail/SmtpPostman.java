package io.bailiwick.domain.mail;

import io.bailiwick.domain.activation.CodeDelivery;
import io.bailiwick.domain.activation.Letter;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends codes by SMTP: one connection for each mail, on two threads, with a bounded number that wait. A code is delivered when
 * the server has taken it; what it does with an address that does not exist is its own affair, and nobody learns of it here.
 */
public final class SmtpPostman implements CodeDelivery, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpPostman.class);
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 100;
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(4);

    private final SmtpOptions options;
    private final Session session;
    private final InternetAddress from;
    private final ExecutorService threads;

    /**
     * A postman for a server, which need not be there yet.
     *
     * @throws IOException naming the file when the password or the certificates cannot be read
     */
    public SmtpPostman(SmtpOptions options) throws IOException {
        this.options = options;
        this.session = Session.getInstance(properties(options));
        try {
            this.from = new InternetAddress(options.from(), true);
        } catch (MessagingException wrong) {
            throw new IOException("mail: expected a sender's address, but found " + options.from(), wrong);
        }
        if (options.login().isPresent()) {
            password(options.login().get());
        }
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "bailiwick-mail");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    private static Properties properties(SmtpOptions options) throws IOException {
        Properties smtp = new Properties();
        smtp.setProperty("mail.transport.protocol", "smtp");
        smtp.setProperty("mail.smtp.host", options.host());
        smtp.setProperty("mail.smtp.port", Integer.toString(options.port()));
        smtp.setProperty("mail.smtp.connectiontimeout", Long.toString(CONNECT.toMillis()));
        smtp.setProperty("mail.smtp.timeout", Long.toString(ANSWER.toMillis()));
        smtp.setProperty("mail.smtp.writetimeout", Long.toString(ANSWER.toMillis()));
        smtp.setProperty("mail.smtp.auth", Boolean.toString(options.login().isPresent()));
        // The name of this machine is nobody's business, and asking for it may take long.
        smtp.setProperty("mail.smtp.localhost", "localhost");
        if (options.security() != SmtpOptions.Security.NONE) {
            boolean atOnce = options.security() == SmtpOptions.Security.TLS;
            smtp.setProperty("mail.smtp.ssl.enable", Boolean.toString(atOnce));
            smtp.setProperty("mail.smtp.starttls.enable", Boolean.toString(!atOnce));
            smtp.setProperty("mail.smtp.starttls.required", Boolean.toString(!atOnce));
            smtp.setProperty("mail.smtp.ssl.checkserveridentity", "true");
            smtp.setProperty("mail.smtp.ssl.protocols", "TLSv1.2 TLSv1.3");
            if (options.trust().isPresent()) {
                smtp.put(
                        "mail.smtp.ssl.socketFactory",
                        Trust.only(options.trust().get()));
            }
        }
        return smtp;
    }

    /** The first line of the file. */
    static String password(SmtpOptions.Login login) throws IOException {
        return Files.readString(login.passwordFile(), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .filter(line -> !line.isEmpty())
                .orElseThrow(() -> new IOException(
                        login.passwordFile() + ": expected a password in the first line, but found none"));
    }

    @Override
    public CompletionStage<Void> deliver(Letter letter) {
        CompletableFuture<Void> delivered = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    send(letter);
                    delivered.complete(null);
                } catch (MessagingException | IOException | RuntimeException failure) {
                    delivered.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            delivered.completeExceptionally(full);
        }
        return delivered;
    }

    private void send(Letter letter) throws MessagingException, IOException {
        MimeMessage mail = new MimeMessage(session);
        mail.setFrom(from);
        mail.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.email(), true));
        mail.setSubject("Bailiwick: your " + letter.type().name() + " code");
        mail.setSentDate(Date.from(letter.created()));
        // No answer of an absent person, please (RFC 3834).
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setText(text(letter), StandardCharsets.UTF_8.name());
        try (Transport transport = session.getTransport()) {
            if (options.login().isPresent()) {
                SmtpOptions.Login login = options.login().get();
                transport.connect(login.user(), password(login));
            } else {
                transport.connect();
            }
            transport.sendMessage(mail, mail.getAllRecipients());
        }
        LOG.info("a code was mailed to {}", letter.email());
    }

    private static String text(Letter letter) {
        long minutes = Duration.between(letter.created(), letter.expires()).toMinutes();
        return "Your code is " + letter.code() + "\n\n"
                + "Somebody, probably you, wants to log in as " + letter.email() + " with the key\n"
                + letter.pubkey() + "\n\n"
                + "The code is good for this key, once, for " + minutes
                + " minutes. Compare the key with your own; if it\n"
                + "is not yours, somebody else has asked: give the code to nobody, and nothing happens.\n";
    }

    @Override
    public String told(String email) {
        return "We have sent an authentication code to " + email + ".";
    }

    /** Sends nothing more; what is being sent is not waited for. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
