package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.transport.http.HttpOptions;
import io.bailiwick.router.transport.http.HttpOptions.Cookie;
import io.bailiwick.router.transport.http.HttpOptions.LongPoll;
import io.bailiwick.router.transport.http.Origins;
import io.bailiwick.router.web.BridgeOptions;
import io.bailiwick.router.web.BridgeOptions.Access;
import io.bailiwick.router.web.BridgeOptions.Bounds;
import io.bailiwick.router.web.BridgeOptions.Signed;
import io.bailiwick.router.web.WebhookOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads what a listener serves over HTTP. */
final class WebForm {
    private static final Duration COOKIE_AGE = Duration.ofDays(30);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int WEBHOOK_BODY = 64 << 10;
    private static final int WEBHOOK_RATE = 100;

    private WebForm() {}

    /** The names {@code long_poll}, {@code cookie}, {@code origins} and {@code http} of a listener. */
    static HttpOptions http(Section listener) throws InvalidOptionsException {
        return new HttpOptions(
                List.of(),
                listener.section("long_poll", WebForm::longPoll),
                listener.section("cookie", WebForm::cookie),
                new Origins(listener.values("origins", YamlNode::text)),
                listener.section("http", WebForm::limits).orElse(HttpOptions.Limits.DEFAULT),
                false);
    }

    private static LongPoll longPoll(Section section) throws InvalidOptionsException {
        section.only("path", "hold_ms", "idle_ms", "max_transports");
        LongPoll standard = LongPoll.at(section.text("path", "/lp"));
        return new LongPoll(
                standard.path(),
                section.millis("hold_ms", standard.hold()),
                section.millis("idle_ms", standard.idle()),
                section.number("max_transports", 1, standard.maxTransports()));
    }

    private static Cookie cookie(Section section) throws InvalidOptionsException {
        section.only("name", "max_age");
        return new Cookie(section.text("name", "bailiwick"), section.seconds("max_age", COOKIE_AGE));
    }

    private static HttpOptions.Limits limits(Section section) throws InvalidOptionsException {
        section.only("max_line", "max_headers", "max_bodies", "request_deadline_ms", "answer_deadline_ms", "idle_ms");
        HttpOptions.Limits standard = HttpOptions.Limits.DEFAULT;
        return new HttpOptions.Limits(
                section.number("max_line", 1, standard.maxLine()),
                section.number("max_headers", 1, standard.maxHeaders()),
                section.count("max_bodies", 1, standard.maxBodies()),
                section.millis("request_deadline_ms", standard.requestDeadline()),
                section.millis("answer_deadline_ms", standard.answerDeadline()),
                section.millis("idle_ms", standard.idle()));
    }

    static BridgeOptions bridge(Section section) throws InvalidOptionsException {
        section.only("realm", "publish_path", "call_path", "tickets", "anonymous", "signed", "bounds");
        boolean known = section.get("tickets").isPresent()
                || section.get("anonymous").isPresent()
                || section.get("signed").isPresent();
        if (!known) {
            throw section.node().wrong("tickets: true, anonymous: true or signed: here", "none of them");
        }
        return new BridgeOptions(
                section.required("realm").text(),
                section.maybe("publish_path", WebForm::path),
                section.maybe("call_path", WebForm::path),
                new Access(
                        section.flag("tickets", false),
                        section.flag("anonymous", false),
                        section.section("signed", WebForm::signed)),
                section.section("bounds", WebForm::bounds).orElse(Bounds.DEFAULT));
    }

    private static Signed signed(Section section) throws InvalidOptionsException {
        section.only("key", "secret", "secret_file", "authid", "role", "window_ms");
        Optional<String> secret = CredentialForms.secret(section);
        if (secret.isEmpty()) {
            throw section.node().wrong("secret_file or secret here", "none");
        }
        return new Signed(
                section.required("key").text(),
                secret.get(),
                section.required("authid").text(),
                section.required("role").text(),
                section.millis("window_ms", WINDOW));
    }

    private static Bounds bounds(Section section) throws InvalidOptionsException {
        section.only("max_body", "per_second", "burst", "deadline_ms", "max_sessions", "idle_ms", "life_ms");
        Bounds standard = Bounds.DEFAULT;
        int perSecond = section.number("per_second", 0, standard.perSecond());
        return new Bounds(
                section.number("max_body", 1, standard.maxBody()),
                perSecond,
                section.number("burst", 0, Math.max(perSecond, standard.burst())),
                section.millis("deadline_ms", standard.deadline()),
                section.number("max_sessions", 1, standard.maxSessions()),
                section.millis("idle_ms", standard.idle()),
                section.millis("life_ms", standard.life()));
    }

    static WebhookOptions webhook(Section section) throws InvalidOptionsException {
        section.only(
                "path",
                "realm",
                "topic",
                "authid",
                "role",
                "headers",
                "secret",
                "secret_file",
                "max_body",
                "per_second");
        return new WebhookOptions(
                path(section.required("path")),
                section.required("realm").text(),
                section.required("topic").text(),
                section.required("authid").text(),
                section.required("role").text(),
                section.values("headers", YamlNode::text),
                CredentialForms.secret(section),
                section.number("max_body", 1, WEBHOOK_BODY),
                section.number("per_second", 0, WEBHOOK_RATE));
    }

    private static String path(YamlNode node) throws InvalidOptionsException {
        if (!node.text().startsWith("/")) {
            throw node.wrong("a path that begins with /", "another");
        }
        return node.text();
    }
}
