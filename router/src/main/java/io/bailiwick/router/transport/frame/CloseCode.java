package io.bailiwick.router.transport.frame;

/** The codes of WebSocket's close frames (RFC 6455, section 7.4) that are sent or looked at here. */
public final class CloseCode {
    public static final int NORMAL = 1_000;
    public static final int GOING_AWAY = 1_001;
    public static final int PROTOCOL_ERROR = 1_002;
    public static final int WRONG_TYPE = 1_003;
    /** Stands for a close frame without a code; never sent. */
    public static final int NONE = 1_005;
    /** What was sent is not of its type: text that is not UTF-8, compressed data that cannot be unpacked. */
    public static final int NOT_OF_ITS_TYPE = 1_007;

    public static final int POLICY = 1_008;
    public static final int TOO_BIG = 1_009;
    public static final int INTERNAL_ERROR = 1_011;

    private CloseCode() {}

    /** Whether a peer may send this code: those that the RFC or IANA's registry define for it, and the private ones. */
    static boolean maySend(int code) {
        return (code >= NORMAL && code <= WRONG_TYPE)
                || (code >= NOT_OF_ITS_TYPE && code <= 1_014)
                || (code >= 3_000 && code <= 4_999);
    }
}
