package io.bailiwick.router.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Further keywords under which an argument is accepted. The first keyword of an argument is always its Java name in
 * snake case ({@code nodeOid} is {@code node_oid}).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Named {
    /** The other keywords. */
    String[] value();
}
