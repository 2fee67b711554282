package io.bailiwick.mrealm.rights;

import io.bailiwick.router.client.ClientSession.Invocation;
import io.bailiwick.router.client.Procedures;
import java.lang.reflect.Method;

/**
 * The one place where rights on a management realm are enforced. A procedure that does not say who may call it is called by
 * nobody.
 */
public final class RealmGuard implements Procedures.Guard {
    @Override
    public void check(Method method, Invocation invocation) {
        Allowed allowed = method.getAnnotation(Allowed.class);
        if (allowed == null) {
            throw new IllegalStateException(method + ": expected it to say who may call it, but it does not");
        }
        allowed.value().require(invocation);
    }
}
