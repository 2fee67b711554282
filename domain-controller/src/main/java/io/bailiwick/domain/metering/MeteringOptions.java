package io.bailiwick.domain.metering;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.YamlNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
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
    private static final Set<String> NAMES = Set.of("interval", "grace", "keep_days", "receiver");

    /**
     * Who takes the records.
     *
     * @param url http or https, without a user in it
     * @param trust the certificates to trust, in PEM, instead of those of the JVM
     * @param timeout how long it may take to answer
     * @param batch at most so many records in one request
     */
    public record Receiver(URI url, Optional<Path> trust, Duration timeout, int batch) {
        private static final Set<String> NAMES = Set.of("url", "trust", "timeout", "batch");
        private static final Set<String> SCHEMES = Set.of("http", "https");

        /** At a URL, with the JVM's trust, 10 s for an answer and 100 records at a time. */
        public static Receiver at(URI url) {
            return new Receiver(url, Optional.empty(), Duration.ofSeconds(10), 100);
        }

        /** The URL without its query, which may hold a secret. */
        String shown() {
            return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
        }

        @Override
        public String toString() {
            return "Receiver[" + shown() + "]";
        }

        private static Receiver read(YamlNode node, Path directory) throws InvalidOptionsException {
            node.allowOnly(NAMES);
            Receiver standard = at(url(node.require("url")));
            Optional<YamlNode> pem = node.get("trust");
            Optional<Path> trust = Optional.empty();
            if (pem.isPresent()) {
                try {
                    trust = Optional.of(directory.resolve(pem.get().text()).normalize());
                } catch (InvalidPathException e) {
                    throw pem.get().wrong("a path", "text that is none");
                }
            }
            return new Receiver(
                    standard.url,
                    trust,
                    seconds(node, "timeout", 1, 600, standard.timeout),
                    (int) number(node, "batch", 1, 1_000, standard.batch));
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
     * Reads them.
     *
     * @param root the options of a master, of which {@code metering} is read
     * @param directory what paths are relative to
     * @throws InvalidOptionsException naming line and column of what is wrong
     */
    public static MeteringOptions read(YamlNode root, Path directory) throws InvalidOptionsException {
        Optional<YamlNode> found = root.get("metering");
        if (found.isEmpty()) {
            return DEFAULT;
        }
        YamlNode node = found.get();
        node.allowOnly(NAMES);
        Duration interval = seconds(node, "interval", 1, DAY, DEFAULT.interval);
        if (DAY % interval.toSeconds() != 0) {
            throw node.require("interval")
                    .wrong("seconds of which a day holds a whole number", String.valueOf(interval.toSeconds()));
        }
        Optional<YamlNode> receiver = node.get("receiver");
        return new MeteringOptions(
                interval,
                seconds(node, "grace", 1, DAY, DEFAULT.grace),
                Duration.ofDays(number(node, "keep_days", 1, 36_500, DEFAULT.kept.toDays())),
                receiver.isPresent() ? Optional.of(Receiver.read(receiver.get(), directory)) : Optional.empty());
    }

    private static Duration seconds(YamlNode node, String name, int least, int most, Duration otherwise)
            throws InvalidOptionsException {
        return Duration.ofSeconds(number(node, name, least, most, otherwise.toSeconds()));
    }

    private static long number(YamlNode node, String name, int least, int most, long otherwise)
            throws InvalidOptionsException {
        Optional<YamlNode> found = node.get(name);
        return found.isPresent() ? found.get().number(least, most) : otherwise;
    }
}
