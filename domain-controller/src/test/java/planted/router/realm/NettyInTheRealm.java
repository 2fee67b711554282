package planted.router.realm;

import io.netty.buffer.ByteBuf;

/** Planted: breaks a rule of the house, and must be refused. */
public final class NettyInTheRealm {
    /** Netty. */
    public @org.jspecify.annotations.Nullable ByteBuf buffer;
}
