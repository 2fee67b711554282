package io.bailiwick.router.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a constant as a topic on which events are published, for the generated list of them. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Topic {
    /** What an event of it carries, in order: {@code [Node]}. */
    String carries();

    /** When it is published, as the end of the sentence "Published when ...". */
    String when();
}
