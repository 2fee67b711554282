package io.bailiwick.router.standalone.config;

import io.bailiwick.router.config.InvalidOptionsException;
import io.bailiwick.router.config.Section;
import io.bailiwick.router.config.YamlNode;
import io.bailiwick.router.transport.tls.CertificateFiles;
import io.bailiwick.router.transport.tls.ListenerTls;
import io.bailiwick.router.transport.tls.ListenerTls.ClientCertificates;
import io.bailiwick.router.transport.tls.ListenerTls.Version;
import io.bailiwick.router.transport.tls.TlsServer;
import io.bailiwick.router.transport.tls.TlsStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads how a listener encrypts, and tries the files. */
final class TlsForm {
    private TlsForm() {}

    static ListenerTls tls(Section section) throws InvalidOptionsException {
        section.only("certificates", "client_certificates", "client_authorities", "stack", "newest");
        List<CertificateFiles> certificates = section.sections("certificates", TlsForm::certificate);
        if (section.items("certificates").isEmpty()) {
            throw section.node().wrong("certificates: a list of at least one", "none");
        }
        Optional<Path> authorities = section.maybe("client_authorities", section.reading()::existing);
        ListenerTls tls = new ListenerTls(
                certificates,
                new ClientCertificates(
                        section.choice("client_certificates", ClientCertificates.Mode.NONE), authorities),
                section.choice("stack", TlsStack.JDK),
                section.value("newest", TlsForm::version, Version.TLS_1_3));
        tryFiles(section.node(), tls);
        return tls;
    }

    private static CertificateFiles certificate(Section section) throws InvalidOptionsException {
        section.only("certificate", "key");
        return new CertificateFiles(
                section.reading().existing(section.required("certificate")),
                section.reading().existing(section.required("key")));
    }

    /** In quotes, or 1.2 would be a number. */
    private static Version version(YamlNode node) throws InvalidOptionsException {
        return switch (node.text()) {
            case "1.2" -> Version.TLS_1_2;
            case "1.3" -> Version.TLS_1_3;
            default -> throw node.wrong("\"1.2\" or \"1.3\"", "\"" + node.text() + "\"");
        };
    }

    private static void tryFiles(YamlNode node, ListenerTls tls) throws InvalidOptionsException {
        try {
            TlsServer.check(tls);
        } catch (IOException unusable) {
            throw node.wrong("certificates and keys that can be used", "these: " + unusable.getMessage());
        }
    }
}
