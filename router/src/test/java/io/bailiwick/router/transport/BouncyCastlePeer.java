package io.bailiwick.router.transport;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ChannelBinding;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** A client that believes every certificate and tells all of its handshake: the bindings that no JDK does. */
final class BouncyCastlePeer implements AutoCloseable {
    private final Socket socket;
    private final TlsClientProtocol protocol;

    byte[] exporter = new byte[0];
    byte[] clientFinished = new byte[0];
    byte[] serverFinished = new byte[0];

    /** Connects, shakes hands and opens a RawSocket of CBOR. */
    BouncyCastlePeer(int port, boolean upTo13, boolean extendedMasterSecret) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        protocol = new TlsClientProtocol(socket.getInputStream(), socket.getOutputStream());
        protocol.connect(new Client(upTo13, extendedMasterSecret));
        protocol.getOutputStream().write(HexFormat.of().parseHex("7ff30000"));
        new DataInputStream(protocol.getInputStream()).readFully(new byte[4]);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Client extends DefaultTlsClient {
        private final boolean upTo13;
        private final boolean extendedMasterSecret;

        Client(boolean upTo13, boolean extendedMasterSecret) {
            super(new JcaTlsCryptoProvider().create(new SecureRandom()));
            this.upTo13 = upTo13;
            this.extendedMasterSecret = extendedMasterSecret;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return upTo13 ? ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12) : ProtocolVersion.TLSv12.only();
        }

        @Override
        public boolean shouldUseExtendedMasterSecret() {
            return extendedMasterSecret;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            clientFinished = context.getSecurityParametersConnection().getLocalVerifyData();
            serverFinished = context.getSecurityParametersConnection().getPeerVerifyData();
            if (extendedMasterSecret || TlsUtils.isTLSv13(context)) {
                exporter = context.exportChannelBinding(ChannelBinding.tls_exporter);
            }
        }
    }
}
