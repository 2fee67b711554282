package io.bailiwick.router.standalone.config;

import io.bailiwick.router.admission.DynamicAuthenticator.Model;
import io.bailiwick.router.admission.DynamicAuthenticator.Question;
import io.bailiwick.router.admission.StaticAuthenticator.OtherRealm;
import io.bailiwick.router.admission.Throttle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How those who log in are checked, whatever the realm.
 *
 * @param otherRealm what becomes of who asks for another realm than that of its principal
 * @param noiseFile where the key is kept of which those who do not exist are made up; made when it is missing. Without it the
 *     key is drawn anew at each start
 * @param throttle how often logins may be tried
 * @param cookies whether who has logged in may come back with a cookie
 * @param dynamic procedures of the application that decide
 */
public record AuthenticationOptions(
        OtherRealm otherRealm,
        Optional<Path> noiseFile,
        Throttle.Limits throttle,
        Optional<Cookies> cookies,
        List<Dynamic> dynamic) {

    /** Principals of the file and nobody else. */
    public static final AuthenticationOptions DEFAULT = new AuthenticationOptions(
            OtherRealm.REFUSE, Optional.empty(), Throttle.Limits.DEFAULT, Optional.empty(), List.of());

    /** Copies. */
    public AuthenticationOptions {
        dynamic = List.copyOf(dynamic);
    }

    /**
     * The cookies of logins.
     *
     * @param age how long they are remembered
     * @param most how many
     * @param file where they are kept from one start to the next; empty for nowhere
     */
    public record Cookies(Duration age, int most, Optional<Path> file) {
        /** A week, 10,000 cookies, in memory only. */
        public static final Cookies DEFAULT = new Cookies(Duration.ofDays(7), 10_000, Optional.empty());
    }

    /**
     * A procedure that decides.
     *
     * @param name by which listeners name it
     * @param question what is asked
     * @param models whom those who do not exist are made to look like
     */
    public record Dynamic(String name, Question question, List<Model> models) {
        /** Copies. */
        public Dynamic {
            models = List.copyOf(models);
        }
    }
}
