package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.link.Link;
import io.bailiwick.router.message.Message;
import io.bailiwick.router.message.ProtocolViolation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The WebSocket layer against the 301 cases that the catalogue of the Autobahn Testsuite has without compression, over real
 * sockets: all that works in the router works here, but messages are sent back instead of being read as WAMP.
 */
@Conforms(Feature.WEBSOCKET)
class CatalogueTest {
    private static final List<Catalogue.Case> CASES = Catalogue.all();

    private static Network network;
    private static Network.Listening listening;

    @BeforeAll
    static void listen() throws Exception {
        int most = 1 << 24;
        network = Network.open(1);
        listening = network.listen(
                Site.options("tcp://127.0.0.1:0", Site.sizes(most, most, 4 * most, 4 * most)), CatalogueTest::echo);
    }

    @AfterAll
    static void close() {
        network.close();
    }

    private static Link.Listener echo(Link link) {
        Connection connection = (Connection) link;
        connection.divert(new Intake() {
            @Override
            public boolean takes(boolean text) {
                return true;
            }

            @Override
            public void message(boolean text, byte[] bytes, int from, int to) {
                connection.sendUnread(text, Arrays.copyOfRange(bytes, from, to));
            }
        });
        return new Link.Listener() {
            @Override
            public void received(Message message) {
                throw new IllegalStateException("expected no message of WAMP, but found " + message.name());
            }

            @Override
            public void violated(ProtocolViolation violation) {
                connection.close();
            }

            @Override
            public void closed(Throwable cause) {}
        };
    }

    @TestFactory
    Stream<DynamicTest> every_case_of_the_catalogue_comes_out_as_it_should() {
        return CASES.stream()
                .map(one -> DynamicTest.dynamicTest(one.number() + " " + one.verdict(), () -> {
                    try (CataloguePeer peer =
                            new CataloguePeer(listening.endpoint().port())) {
                        one.script().play(peer);
                    }
                }));
    }

    @Test
    void the_catalogue_has_301_cases_under_numbers_of_their_own() {
        Map<Integer, Long> sections = CASES.stream()
                .collect(Collectors.groupingBy(
                        one -> Integer.valueOf(
                                one.number().substring(0, one.number().indexOf('.'))),
                        TreeMap::new,
                        Collectors.counting()));
        assertEquals(Map.of(1, 16L, 2, 11L, 3, 7L, 4, 10L, 5, 20L, 6, 145L, 7, 37L, 9, 54L, 10, 1L), sections);
        assertEquals(301, CASES.stream().map(Catalogue.Case::number).distinct().count());
        assertEquals(
                3,
                CASES.stream()
                        .filter(one -> one.verdict() == Catalogue.Verdict.INFORMATIONAL)
                        .count());
    }
}
