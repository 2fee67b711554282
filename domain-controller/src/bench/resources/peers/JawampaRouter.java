import java.net.URI;
import ws.wamp.jawampa.WampRouter;
import ws.wamp.jawampa.WampRouterBuilder;
import ws.wamp.jawampa.transport.netty.SimpleWampWebsocketListener;

/** jawampa's own router, with its own class path; run as a source file: JawampaRouter.java PORT. */
public final class JawampaRouter {
    public static void main(String[] args) throws Exception {
        WampRouter router = new WampRouterBuilder().addRealm("realm1").build();
        URI address = URI.create("ws://127.0.0.1:" + args[0] + "/ws");
        SimpleWampWebsocketListener listener = new SimpleWampWebsocketListener(router, address, null);
        listener.start();
        Thread.currentThread().join();
    }
}
