package io.bailiwick.router.meta;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A procedure of the meta API: stands on the method that answers it, which takes a {@link MetaCall}, gives
 * {@link io.bailiwick.router.session.PayloadCodec.Values} and may throw {@link Refused}. One that cannot answer at once takes a
 * {@link MetaCall.Reply} as well, and gives nothing. What stands here is what {@code docs/meta-api.md} and
 * {@code wamp.reflection.procedure.describe} say.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Procedure {
    /** The URI. */
    String value();

    /** The positional arguments, each as {@code name: type}; {@code name?: type} where it may be left out or null. */
    String[] takes() default {};

    /** The keyword arguments, each as {@code name: type}. All of them may be left out or null. */
    String[] keywords() default {};

    /** The positional results. */
    String gives() default "nothing";

    /** The errors beside {@code invalid_argument}, without {@code wamp.error.}. */
    String[] errors() default {};

    /** What it does, in a sentence. */
    String does();
}
