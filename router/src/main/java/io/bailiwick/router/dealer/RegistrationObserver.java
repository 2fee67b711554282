package io.bailiwick.router.dealer;

/** Hears what becomes of registrations, in the order of WAMP's meta events, after the session concerned was answered. */
public interface RegistrationObserver {
    /** Hears nothing. */
    RegistrationObserver NONE = new RegistrationObserver() {};

    /** A registration came to be, with its first callee. */
    default void created(RpcSession callee, Registration registration) {}

    /** A callee was added, the first one included. */
    default void registered(RpcSession callee, Registration registration) {}

    /** A callee was removed, whether it asked for it, was removed or left. */
    default void unregistered(RpcSession callee, Registration registration) {}

    /** The last callee is gone, and the registration with it. */
    default void deleted(RpcSession callee, Registration registration) {}
}
