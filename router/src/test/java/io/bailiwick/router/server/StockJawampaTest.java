package io.bailiwick.router.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.codec.Arguments;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import ws.wamp.jawampa.WampClient;
import ws.wamp.jawampa.WampClientBuilder;
import ws.wamp.jawampa.transport.netty.NettyWampClientConnectorProvider;

/** Stock jawampa, as published, is a peer like any other. */
class StockJawampaTest {

    private static WampClient connect(RunningRouter running) throws Exception {
        WampClientBuilder builder = new WampClientBuilder();
        builder.withConnectorProvider(new NettyWampClientConnectorProvider())
                .withUri("ws://127.0.0.1:" + running.tcp.port() + "/ws")
                .withRealm(RunningRouter.REALM);
        WampClient client = builder.build();
        CountDownLatch joined = new CountDownLatch(1);
        client.statusChanged().subscribe(state -> {
            if (state instanceof WampClient.ConnectedState) {
                joined.countDown();
            }
        });
        client.open();
        assertEquals(true, joined.await(20, TimeUnit.SECONDS), "stock jawampa joins");
        return client;
    }

    @Test
    void rpcAndPubSubWithOurClient() throws Exception {
        try (RunningRouter running = new RunningRouter();
                ClientSession ours = running.join(running.way("rs://127.0.0.1:" + running.tcp.port(), Format.CBOR)
                        .connector())) {
            WampClient stock = connect(running);
            CountDownLatch registered = new CountDownLatch(1);
            stock.registerProcedure("com.example.stock.add")
                    .doOnSubscribe(registered::countDown)
                    .subscribe(
                            request -> request.reply(request.arguments().get(0).asInt()
                                    + request.arguments().get(1).asInt()));
            registered.await();
            assertEquals(
                    42L,
                    eventually(() -> ours.call("com.example.stock.add", 40, 2))
                            .list()
                            .get(0));

            ours.register(
                            "com.example.ours.twice",
                            Dict.EMPTY,
                            call -> CompletableFuture.completedFuture(Arguments.of(
                                    call.arguments().list().get(0),
                                    call.arguments().list().get(0))))
                    .join();
            assertEquals(
                    "[\"a\",\"a\"]",
                    stock.call("com.example.ours.twice", "a")
                            .toBlocking()
                            .first()
                            .arguments()
                            .toString());

            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            stock.makeSubscription("com.example.topic")
                    .subscribe(data -> seen.add(data.arguments().toString()));
            String event = null;
            for (int i = 0; event == null && i < 200; i++) {
                ours.publish("com.example.topic", "tick").join();
                event = seen.poll(100, TimeUnit.MILLISECONDS);
            }
            assertEquals("[\"tick\"]", event);
            stock.close().toBlocking().lastOrDefault(null);
        }
    }

    /** A registration of stock jawampa shows itself only by answering. */
    private static Arguments eventually(java.util.function.Supplier<CompletableFuture<Arguments>> call)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return call.get().get(20, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
            }
        }
    }
}
