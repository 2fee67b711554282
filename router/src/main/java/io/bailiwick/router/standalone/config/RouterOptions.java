package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.FaultyFileException;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.message.MatchPolicy;
import io.bailiwick.router.transport.ListenerOptions;
import io.bailiwick.router.transport.socket.NetworkOptions;
import io.bailiwick.router.web.StatusRoute;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a router on its own runs: what its file says. Whole, and checked as far as it can be without starting it.
 *
 * @param key proves the router to clients that ask for it; good for nothing else
 * @param network its event loops
 * @param history the directory of the store that realms keep events in; empty to keep them in memory
 * @param listeners where clients come in
 * @param management where those who watch the router come in; empty for nowhere
 * @param templates what realms are made from when somebody joins them
 * @param realms what they can join
 * @param authentication how they are checked
 */
public record RouterOptions(
        Optional<SigningKey> key,
        NetworkOptions network,
        Optional<Path> history,
        List<ListenerEntry> listeners,
        Optional<Management> management,
        List<Template> templates,
        List<RealmEntry> realms,
        AuthenticationOptions authentication) {

    /** Copies. */
    public RouterOptions {
        listeners = List.copyOf(listeners);
        templates = List.copyOf(templates);
        realms = List.copyOf(realms);
    }

    /**
     * The listener for those who watch.
     *
     * @param options how it behaves; its routes are still missing
     * @param info what {@code /info} tells
     */
    public record Management(ListenerOptions options, StatusRoute.Info info) {}

    /**
     * A template that realms are made from when somebody joins them.
     *
     * @param realm what holds for each of them; its name is that of the template
     * @param match how names of realms are matched
     * @param pattern what they match
     * @param most how many of them there may be at a time
     * @param idle how long nobody is in one before it is closed; zero to keep it
     */
    public record Template(RealmEntry realm, MatchPolicy match, String pattern, int most, Duration idle) {}

    /**
     * Reads a YAML file.
     *
     * @throws FaultyFileException naming line and column of each fault
     * @throws IOException when the file cannot be read
     */
    public static RouterOptions load(Path yaml) throws IOException {
        return RouterForm.load(yaml);
    }
}
