package io.bailiwick.domain.metering;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How usage is metered, and where it is submitted to.
 *
 * <pre>
 * metering:
 *   interval: 300                # seconds; a day holds a whole number of them
 *   grace: 5                     # seconds after its end until an interval is closed
 *   keep_days: 400               # how long records are kept
 *   receiver:                    # without it nothing is submitted
 *     url: https://billing.example.org/usage
 *     trust: ca.pem              # certificates to trust, and no others; default: those of the JVM
 *     timeout: 10                # seconds for an answer
 *     batch: 100                 # at most so many records in one request
 * </pre>
 *
 * @param interval how long an interval is; all begin at whole multiples since 1970 UTC
 * @param grace how long after its end an interval stays open for heartbeats that are on their way to the disk
 * @param kept how long records are kept; those that wait to be submitted longer
 * @param receiver where they are submitted to, if anywhere
 */
public record MeteringOptions(Duration interval, Duration grace, Duration kept, Optional<Receiver> receiver) {
    /** Five minutes, five seconds, 400 days, no receiver. */
    public static final MeteringOptions DEFAULT =
            new MeteringOptions(Duration.ofMinutes(5), Duration.ofSeconds(5), Duration.ofDays(400), Optional.empty());

    private static final int DAY = 86_400;

    /**
     * Who takes the records.
     *
     * @param url http or https, without a user in it
     * @param trust the certificates to trust, in PEM, instead of those of the JVM
     * @param timeout how long it may take to answer
     * @param batch at most so many records in one request
     */
    public record Receiver(URI url, Optional<Path> trust, Duration timeout, int batch) {
        private static final Set<String> SCHEMES = Set.of("http", "https");

        /** At a URL, with the JVM's trust, 10 s for an answer and 100 records at a time. */
        public static Receiver at(URI url) {
            return new Receiver(url, Optional.empty(), Duration.ofSeconds(10), 100);
        }

        /** The URL without its query, which may hold a secret. */
        String place() {
            return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
        }

        @Override
        public String toString() {
            return "Receiver[" + place() + "]";
        }

        private static Receiver read(Section section) throws InvalidOptionsException {
            section.only("url", "trust", "timeout", "batch");
            Optional<Path> trust = section.path("trust");
            Receiver standard = at(url(section.required("url")));
            return new Receiver(
                    standard.url,
                    trust,
                    section.value("timeout", node -> seconds(node, 600), standard.timeout),
                    section.value("batch", node -> node.number(1, 1_000), standard.batch));
        }

        private Map<String, Object> shown() {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("url", url.toString());
            trust.ifPresent(pem -> shown.put("trust", pem.toString()));
            shown.put("timeout", timeout.toSeconds());
            shown.put("batch", batch);
            return shown;
        }

        private static URI url(YamlNode node) throws InvalidOptionsException {
            try {
                URI url = new URI(node.text());
                String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
                if (SCHEMES.contains(scheme) && url.getHost() != null && url.getRawUserInfo() == null) {
                    return url;
                }
            } catch (URISyntaxException e) {
                throw node.wrong("a URL", "text that is none");
            }
            throw node.wrong("an http or https URL with a host and without a user", "another");
        }
    }

    /** These with a receiver. */
    public MeteringOptions to(Receiver other) {
        return new MeteringOptions(interval, grace, kept, Optional.of(other));
    }

    /**
     * Reads {@code metering:}.
     *
     * @throws InvalidOptionsException naming line and column of what is wrong
     */
    public static MeteringOptions read(Section section) throws InvalidOptionsException {
        section.only("interval", "grace", "keep_days", "receiver");
        return new MeteringOptions(
                section.value("interval", MeteringOptions::interval, DEFAULT.interval),
                section.value("grace", node -> seconds(node, DAY), DEFAULT.grace),
                section.value("keep_days", node -> Duration.ofDays(node.number(1, 36_500)), DEFAULT.kept),
                section.section("receiver", Receiver::read));
    }

    private static Duration interval(YamlNode node) throws InvalidOptionsException {
        Duration interval = seconds(node, DAY);
        if (DAY % interval.toSeconds() != 0) {
            throw node.wrong("seconds of which a day holds a whole number", String.valueOf(interval.toSeconds()));
        }
        return interval;
    }

    private static Duration seconds(YamlNode node, int most) throws InvalidOptionsException {
        return Duration.ofSeconds(node.number(1, most));
    }

    /** As it stands in a file. */
    public Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("interval", interval.toSeconds());
        shown.put("grace", grace.toSeconds());
        shown.put("keep_days", kept.toDays());
        receiver.ifPresent(at -> shown.put("receiver", at.shown()));
        return shown;
    }
}
