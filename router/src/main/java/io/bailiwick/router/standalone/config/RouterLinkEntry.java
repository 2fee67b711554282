package io.bailiwick.router.standalone.config;

import io.bailiwick.router.message.Format;
import io.bailiwick.router.rlink.RouterLinkOptions;
import io.bailiwick.router.transport.Endpoint;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A link of the file to a realm of another router. Two of them are equal when there is no need to connect anew.
 *
 * @param options what it carries, and how it joins
 * @param url where the other router listens
 * @param format what to speak
 * @param trust a PEM file of the certificates to trust, for wss and rss; empty for those of the JDK
 */
public record RouterLinkEntry(RouterLinkOptions options, Endpoint url, Format format, Optional<Path> trust) {}
