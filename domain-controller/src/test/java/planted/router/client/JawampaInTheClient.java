package planted.router.client;

import rx.Observable;
import ws.wamp.jawampa.WampClient;

/** Planted: breaks a rule of the house, and must be refused. */
public final class JawampaInTheClient {
    /** jawampa. */
    public @org.jspecify.annotations.Nullable WampClient client;

    /** RxJava. */
    public @org.jspecify.annotations.Nullable Observable<String> observable;
}
