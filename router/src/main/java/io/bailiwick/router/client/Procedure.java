package io.bailiwick.router.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a method as a WAMP procedure. {@link Procedures#bind} registers it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Procedure {
    /** The URI. May hold {@code {name}} parts, filled in when bound (a node's procedures carry its id). */
    String value();

    /** One sentence for the generated list of procedures. */
    String does();
}
