package io.bailiwick.router.standalone.config;

import io.bailiwick.router.admission.DynamicAuthenticator.Model;
import io.bailiwick.router.admission.DynamicAuthenticator.Question;
import io.bailiwick.router.admission.StaticAuthenticator.OtherRealm;
import io.bailiwick.router.admission.Throttle;
import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.credential.CraSecret;
import io.bailiwick.router.credential.Kdf;
import io.bailiwick.router.credential.ScramCredential;
import io.bailiwick.router.credential.ScramDialect;
import io.bailiwick.router.credential.ScramParameters;
import io.bailiwick.router.standalone.config.AuthenticationOptions.Cookies;
import io.bailiwick.router.standalone.config.AuthenticationOptions.Dynamic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how those who log in are checked, whatever the realm. */
final class AuthenticationForm {
    private static final Set<String> METHODS =
            Set.of("anonymous", "ticket", "wampcra", "wamp-scram", "scram", "cryptosign", "tls", "cookie");
    private static final Set<String> RESERVED = Set.of("static", "cookie");
    private static final int MODEL_SALT = 16;

    private AuthenticationForm() {}

    static AuthenticationOptions authentication(Section section) throws InvalidOptionsException {
        section.only("other_realm", "noise_file", "throttle", "cookies", "dynamic");
        Set<String> names = new HashSet<>(RESERVED);
        return new AuthenticationOptions(
                section.choice("other_realm", OtherRealm.REFUSE),
                section.path("noise_file"),
                section.section("throttle", AuthenticationForm::throttle).orElse(Throttle.Limits.DEFAULT),
                section.section("cookies", AuthenticationForm::cookies),
                section.sections("dynamic", each -> dynamic(each, names)));
    }

    /** The name of a method. */
    static String method(YamlNode node) throws InvalidOptionsException {
        if (!METHODS.contains(node.text())) {
            throw node.wrong(
                    "one of " + String.join(", ", METHODS.stream().sorted().toList()), "\"" + node.text() + "\"");
        }
        return node.text();
    }

    private static Throttle.Limits throttle(Section section) throws InvalidOptionsException {
        section.only("address_burst", "address_interval_ms", "authid_burst", "authid_interval_ms", "most");
        Throttle.Limits standard = Throttle.Limits.DEFAULT;
        return new Throttle.Limits(
                section.number("address_burst", 1, standard.addressBurst()),
                interval(section, "address_interval_ms", standard.addressInterval()),
                section.number("authid_burst", 1, standard.authidBurst()),
                interval(section, "authid_interval_ms", standard.authidInterval()),
                section.number("most", 1, standard.most()));
    }

    private static Duration interval(Section section, String name, Duration otherwise) throws InvalidOptionsException {
        return section.value(name, found -> Duration.ofMillis(found.number(1, Integer.MAX_VALUE)), otherwise);
    }

    private static Cookies cookies(Section section) throws InvalidOptionsException {
        section.only("age", "most", "file");
        Cookies standard = Cookies.DEFAULT;
        return new Cookies(
                section.seconds("age", standard.age()),
                section.number("most", 1, standard.most()),
                section.path("file"));
    }

    private static Dynamic dynamic(Section section, Set<String> names) throws InvalidOptionsException {
        section.only("name", "realm", "procedure", "methods", "most_open", "timeout_ms", "models");
        YamlNode name = section.required("name");
        if (name.text().isEmpty() || !names.add(name.text())) {
            throw name.wrong("a name of its own, not static or cookie", "\"" + name.text() + "\"");
        }
        section.required("methods");
        List<Model> models = new ArrayList<>();
        for (YamlNode item : section.items("models")) {
            Section.read(item, section.reading(), AuthenticationForm::model).ifPresent(models::add);
        }
        return new Dynamic(
                name.text(),
                new Question(
                        section.required("realm").text(),
                        section.required("procedure").text(),
                        new HashSet<>(section.<String>values("methods", AuthenticationForm::method)),
                        section.number("most_open", 1, 1_000),
                        section.value(
                                "timeout_ms",
                                found -> Duration.ofMillis(found.number(1, 600_000)),
                                Duration.ofSeconds(5))),
                models);
    }

    /** Whom those who do not exist are made to look like: role, method, and the costs of a challenge. */
    private static Model model(Section section) throws InvalidOptionsException {
        section.only("role", "method", "kdf", "iterations", "memory", "keylen", "salted");
        String role = section.required("role").text();
        YamlNode method = section.required("method");
        return switch (method.text()) {
            case "wampcra" -> new Model(role, cra(section));
            case "wamp-scram" -> new Model(role, scram(section, ScramDialect.WAMP));
            case "scram" -> new Model(role, scram(section, ScramDialect.AUTOBAHN));
            default -> throw method.wrong("one of wampcra, wamp-scram, scram", "\"" + method.text() + "\"");
        };
    }

    private static CraSecret cra(Section section) throws InvalidOptionsException {
        CraSecret.Salting salting = new CraSecret.Salting(
                "0".repeat(MODEL_SALT),
                section.number("iterations", 1, CraSecret.DEFAULT_ITERATIONS),
                section.number("keylen", 1, CraSecret.DEFAULT_KEYLEN));
        return section.flag("salted", true) ? CraSecret.derived("model", salting) : CraSecret.plain("model");
    }

    private static ScramCredential scram(Section section, ScramDialect dialect) throws InvalidOptionsException {
        YamlNode name = section.required("kdf");
        Optional<Kdf> kdf = dialect.kdf(name.text());
        if (kdf.isEmpty()) {
            throw name.wrong(
                    "one of " + dialect.nameOf(Kdf.PBKDF2) + ", " + dialect.nameOf(Kdf.ARGON2ID13),
                    "\"" + name.text() + "\"");
        }
        ScramParameters parameters = new ScramParameters(
                kdf.get(),
                new byte[MODEL_SALT],
                section.required("iterations").number(1, Integer.MAX_VALUE),
                section.number("memory", 0, 0));
        return ScramCredential.stored(dialect, parameters, "0".repeat(64), "0".repeat(64));
    }
}
