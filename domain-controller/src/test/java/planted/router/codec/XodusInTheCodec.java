package planted.router.codec;

import jetbrains.exodus.ByteIterable;

/** Planted: breaks a rule of the house, and must be refused. */
public final class XodusInTheCodec {
    /** Xodus. */
    public @org.jspecify.annotations.Nullable ByteIterable bytes;
}
