package io.bailiwick.router.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which features of WAMP a test method, or every test of a class, shows to work. {@code docs/conformance.md} lists each
 * {@link Feature} with its tests and what came of them.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Conforms {
    /** The features. */
    Feature[] value();
}
