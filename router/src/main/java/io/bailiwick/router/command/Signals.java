package io.bailiwick.router.command;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals. Java has none of its own; {@code sun.misc.Signal} of the module {@code jdk.unsupported} has been there for
 * all its life, but a compiler warns of it, so it is found by name.
 */
public final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /**
     * Runs this at each signal of a name, in place of what the JVM would do, on a thread of the JVM; it must return at once.
     * Where signals cannot be heard, the JVM goes on to do what it does, and the log says so.
     *
     * @param name without SIG: {@code HUP}, {@code TERM}, {@code INT}
     */
    public static void handle(String name, Runnable what) {
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
            Object named = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, named, calling);
        } catch (ReflectiveOperationException | RuntimeException missing) {
            log.warn("SIG{} is not heard here", name);
        }
    }
}
