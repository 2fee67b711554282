package io.bailiwick.router.command;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP. Java has no signals of its own; {@code sun.misc.Signal} of the module {@code jdk.unsupported} has been there for
 * all its life, but a compiler warns of it, so it is found by name. Where it is missing, nothing can be reloaded.
 */
public final class Hangup {
    private static final Logger log = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /** Runs this at each SIGHUP, on a thread of the JVM; it must return at once. */
    public static void handle(Runnable what) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calling = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            what.run();
                            return null;
                        }
                        return method.getName().equals("hashCode") ? (Object) 1 : (Object) false;
                    });
            Object hup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hup, calling);
        } catch (ReflectiveOperationException | RuntimeException missing) {
            log.warn("SIGHUP is not heard here: a change of the configuration takes effect at the next start");
        }
    }
}
