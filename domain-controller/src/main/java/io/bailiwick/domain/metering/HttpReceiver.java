package io.bailiwick.domain.metering;

import io.bailiwick.domain.mail.Trust;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A receiver at a URL: a POST for each batch, and any answer from 200 to 299 says that it is taken. Certificates are checked,
 * redirects are not followed, and what the answer says is not read.
 */
final class HttpReceiver implements UsageReceiver {
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final MeteringOptions.Receiver options;
    private final HttpClient client;

    /**
     * At a URL.
     *
     * @throws IOException naming the file of certificates and what is wrong with it
     */
    HttpReceiver(MeteringOptions.Receiver options) throws IOException {
        this.options = options;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.timeout());
        Optional<Path> trust = options.trust();
        if (trust.isPresent()) {
            builder.sslContext(Trust.contextOf(trust.get()));
        }
        this.client = builder.build();
    }

    @Override
    public CompletableFuture<Void> take(byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(options.url()).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
        // Of the whole answer, also of a body that does not end; ending the exchange closes its connection.
        CompletableFuture<HttpResponse<Void>> inTime =
                answer.copy().orTimeout(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
        inTime.whenComplete((response, failure) -> {
            if (failure != null) {
                answer.cancel(true);
            }
        });
        return inTime.thenAccept(HttpReceiver::requireTaken);
    }

    private static void requireTaken(HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status < 200 || status > 299) {
            throw new NotTaken(
                    "expected an answer from 200 to 299, but found " + status,
                    response.headers().firstValue("Retry-After").flatMap(HttpReceiver::pause));
        }
    }

    private static Optional<Duration> pause(String seconds) {
        return seconds.matches("[0-9]{1,9}")
                ? Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(seconds), LONGEST_PAUSE.toSeconds())))
                : Optional.empty();
    }
}
