package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.cryptosign.KeyFiles;
import io.bailiwick.router.cryptosign.KeyOwner;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file in the documentation is one, with the files that it names beside it. */
class DocumentedFileTest {
    @TempDir
    Path directory;

    private Ground ground;

    @BeforeEach
    void ground() {
        ground = new Ground(directory);
    }

    @AfterEach
    void leave() {
        ground.close();
    }

    private static String documented() throws Exception {
        List<String> page = Files.readAllLines(Path.of("../docs/configuration.md"));
        return page.stream()
                .dropWhile(line -> !line.startsWith("## Router on its own"))
                .dropWhile(line -> !line.equals("```yaml"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private void writeWhatItNames() throws Exception {
        TestAuthority.create(directory, "authority").issue("localhost");
        Files.move(directory.resolve("localhost.pem"), directory.resolve("chain.pem"));
        Files.move(directory.resolve("localhost.key"), directory.resolve("key.pem"));
        Files.copy(directory.resolve("chain.pem"), directory.resolve("ca.pem"));
        for (String name : List.of("bridge.secret", "hook.secret", "till.secret")) {
            ground.secret(name, "of " + name);
        }
        for (String name : List.of("router", "link")) {
            KeyFiles.write(
                    directory.resolve(name + ".priv"),
                    directory.resolve(name + ".pub"),
                    SigningKey.generate(),
                    new KeyOwner.User("test", "2026-01-01T00:00:00Z", name));
        }
    }

    @Test
    void the_documented_file_has_no_fault() throws Exception {
        writeWhatItNames();
        ground.write(documented());
        assertEquals(new Ground.Run(0, "OK\n", ""), ground.check());
    }

    @Test
    void what_the_documentation_calls_a_default_is_one() throws Exception {
        writeWhatItNames();
        RouterOptions whole = RouterOptions.load(ground.write(documented()));
        ground.write("""
                management: {}
                listeners:
                  - endpoint: tcp://127.0.0.1:0
                    long_poll: {}
                    cookie: {}
                    bridges: [{realm: r, call_path: /call, tickets: true}]
                realms:
                  - name: r
                    history: [{topic: a.b}]
                    roles: [{name: rlink}]
                    rlinks:
                      - {name: n, url: "unix:/n.sock", login: {method: cryptosign, key: link.priv}}
                authentication: {cookies: {}}""");
        RouterOptions least = RouterOptions.load(ground.file);
        assertEquals(least.network(), whole.network());
        assertEquals(least.management(), whole.management());
        assertEquals(
                least.listeners().get(0).options().limits(),
                whole.listeners().get(0).options().limits());
        assertEquals(
                least.listeners()
                        .get(0)
                        .options()
                        .http()
                        .withOrigins(whole.listeners().get(0).options().http().origins()),
                whole.listeners().get(0).options().http());
        assertEquals(
                least.listeners().get(0).bridges().get(0).bounds(),
                whole.listeners().get(0).bridges().get(0).bounds());
        var realm = whole.realms().get(0).template();
        var bare = least.realms().get(0).template();
        assertEquals(bare.options().limits(), realm.options().limits());
        assertEquals(
                bare.options().terms().slowReaders(), realm.options().terms().slowReaders());
        assertEquals(bare.options().decisionMillis(), realm.options().decisionMillis());
        assertEquals(bare.options().dealer(), realm.options().dealer());
        assertEquals(bare.options().meta(), realm.options().meta());
        assertEquals(
                bare.options().broker().retention(), realm.options().broker().retention());
        assertEquals(
                bare.options().broker().confirmation(), realm.options().broker().confirmation());
        assertEquals(
                bare.options().broker().history().get(0).age(),
                realm.options().broker().history().get(0).age());
        assertEquals(bare.roles().caching(), realm.roles().caching());
        var link = whole.realms().get(0).rlinks().get(0);
        var plain = least.realms().get(0).rlinks().get(0);
        assertEquals(plain.format(), link.format());
        assertEquals(whole.realms().get(0).name(), link.options().remoteRealm());
        assertEquals(plain.options().in(), link.options().in());
        assertEquals(plain.options().out().events(), link.options().out().events());
        assertEquals(plain.options().out().calls(), link.options().out().calls());
        assertEquals(plain.options().transit(), link.options().transit());
        assertEquals(plain.options().hops(), link.options().hops());
        assertEquals(plain.options().backoff(), link.options().backoff());
        assertEquals(plain.options().pendingCalls(), link.options().pendingCalls());
        assertEquals(least.authentication().throttle(), whole.authentication().throttle());
        assertEquals(
                least.authentication().cookies().orElseThrow().age(),
                whole.authentication().cookies().orElseThrow().age());
        assertTrue(realm.roles().roles().get("clerk").stream().anyMatch(rule -> rule.authorizer() != null));
    }
}
