package io.bailiwick.router.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bailiwick.router.client.ClientSession;
import io.bailiwick.router.conformance.Conforms;
import io.bailiwick.router.conformance.Feature;
import io.bailiwick.router.cryptosign.SigningKey;
import io.bailiwick.router.handshake.Login;
import io.bailiwick.router.standalone.config.RouterOptions;
import io.bailiwick.router.transport.TestAuthority;
import io.bailiwick.router.transport.tls.ConnectorTls;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import io.bailiwick.router.transport.tls.TlsStack;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client of our own binds its login to the TLS connection that it makes. */
@Conforms(Feature.CHANNEL_BINDING)
class BoundLoginTest {
    @TempDir
    Path directory;

    private final SigningKey key = SigningKey.generate();
    private Ground ground;
    private TestAuthority authority;
    private StandaloneRouter router;

    @BeforeEach
    void start() throws Exception {
        ground = new Ground(directory);
        authority = TestAuthority.create(directory, "authority");
        authority.issue("localhost");
        router = StandaloneRouter.start(RouterOptions.load(
                ground.write("""
                listeners:
                  - name: encrypted
                    endpoint: tls://127.0.0.1:0
                    tls:
                      certificates: [{certificate: localhost.pem, key: localhost.key}]
                      stack: bouncy_castle
                realms:
                  - name: plant
                    roles: [{name: node}]
                    principals: [{authid: node1, role: node, authorized_keys: ["KEY"]}]
                """.replace("KEY", key.publicKey().hex()))));
    }

    @AfterEach
    void leave() {
        router.close();
        ground.close();
    }

    private ClientSession join(TlsStack stack, Version newest, String binding) throws Exception {
        ConnectorTls tls = ConnectorTls.trusting(Optional.of(authority.file())).by(stack, newest);
        Login login = new Login.Key(key, Optional.empty(), Optional.of(binding));
        return ground.join(router.endpoints().get("encrypted"), tls, "plant", "node1", login);
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_3, tls-exporter", "TLS_1_2, tls-exporter", "TLS_1_2, tls-unique", "TLS_1_3, tls-server-end-point"
    })
    void cryptosign_is_bound_to_the_channel(Version newest, String binding) throws Exception {
        try (ClientSession node = join(TlsStack.BOUNCY_CASTLE, newest, binding)) {
            assertEquals("node", node.authrole());
        }
    }

    @Test
    void who_cannot_bind_does_not_log_in_unbound() {
        assertThrows(Exception.class, () -> join(TlsStack.BOUNCY_CASTLE, Version.TLS_1_3, "tls-unique"));
        assertThrows(Exception.class, () -> join(TlsStack.JDK, Version.TLS_1_2, "tls-unique"));
    }
}
