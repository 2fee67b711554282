package io.bailiwick.router.transport.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Which of several certificates the other end gets to see. Its aliases are the places in the list. */
final class CredentialChooser extends X509ExtendedKeyManager {
    private final List<Credential> credentials;

    CredentialChooser(List<Credential> credentials) {
        this.credentials = List.copyOf(credentials);
    }

    /**
     * The first that is for the host and usable; if none at all is for it, the first usable one, and the client decides
     * whether it takes that.
     */
    Optional<Credential> choose(Optional<String> host, Predicate<Credential> usable) {
        List<Credential> forHost = host.stream()
                .flatMap(name -> credentials.stream().filter(credential -> credential.isFor(name)))
                .toList();
        return (forHost.isEmpty() ? credentials : forHost)
                .stream().filter(usable).findFirst();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(
                        requestedHost(engine),
                        credential -> credential.algorithm().equals(keyType))
                .map(this::alias)
                .orElse(null);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        List<String> types = List.of(keyTypes);
        return choose(Optional.empty(), credential -> types.contains(credential.algorithm()))
                .map(this::alias)
                .orElse(null);
    }

    private static Optional<String> requestedHost(@Nullable SSLEngine engine) {
        if (engine == null || !(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
            return Optional.empty();
        }
        return session.getRequestedServerNames().stream()
                .filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName())
                .findFirst();
    }

    private String alias(Credential credential) {
        return Integer.toString(credentials.indexOf(credential));
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return credentials.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return credentials.get(Integer.parseInt(alias)).key();
    }

    // The rest is for blocking sockets, which nobody makes here.

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }
}
