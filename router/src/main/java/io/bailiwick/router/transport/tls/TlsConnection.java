package io.bailiwick.router.transport.tls;

import io.bailiwick.router.link.ChannelSecurity;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

/** What a channel says of its TLS, whichever stack serves it. On the channel's loop. */
public final class TlsConnection {
    private TlsConnection() {}

    /** What the handshake has told, once it has ended; {@link ChannelSecurity#NONE} for a channel without TLS. */
    public static ChannelSecurity security(Channel channel) {
        BouncyCastleHandler bouncyCastle = channel.pipeline().get(BouncyCastleHandler.class);
        SslHandler jdk = channel.pipeline().get(SslHandler.class);
        if (bouncyCastle != null) {
            return bouncyCastle.security();
        }
        return jdk == null ? ChannelSecurity.NONE : JdkHandshakes.facts(jdk.engine());
    }

    /** Tells the other end that nothing more will come, after all that was written; done at once without TLS. */
    public static Future<?> closeOutbound(Channel channel) {
        BouncyCastleHandler bouncyCastle = channel.pipeline().get(BouncyCastleHandler.class);
        SslHandler jdk = channel.pipeline().get(SslHandler.class);
        if (bouncyCastle != null) {
            return bouncyCastle.closeOutbound();
        }
        return jdk == null ? channel.newSucceededFuture() : jdk.closeOutbound();
    }
}
