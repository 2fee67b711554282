package io.bailiwick.router.transport.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Reads requests; refuses those in which two ways to find the end of the body contradict each other. */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int MAX_CHUNK = 64 << 10;

    RequestDecoder(HttpOptions.Limits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxLine())
                .setMaxHeaderSize(limits.maxHeaders())
                .setMaxChunkSize(MAX_CHUNK)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        // A proxy in front of us may have believed the other one (RFC 9112, section 6.1).
        throw new IllegalArgumentException("expected Content-Length or Transfer-Encoding, but found both");
    }
}
