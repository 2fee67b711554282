package io.bailiwick.router.child;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The program that a child JVM runs: a main class, and the jars that it is made of. A jar that names the class as its main class
 * is started by itself: what its manifest opens costs nothing, while a flag that opens a package keeps the JVM from taking its
 * modules out of the archive of the JDK, which is a third of what a JVM needs to start.
 *
 * @param arguments what stands on the command line behind the flags of the JVM
 * @param files the jars, and the directories of classes, as absolute paths
 */
public record ChildProgram(List<String> arguments, List<Path> files) {
    /** What a store needs ({@code Store.open}). */
    private static final String OPENS = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED";

    /** Copies both. */
    public ChildProgram {
        arguments = List.copyOf(arguments);
        files = List.copyOf(files);
    }

    /** The program of a class that this process could run too. */
    public static ChildProgram of(String main) {
        return jarOf(main).flatMap(jar -> ofJar(jar, main)).orElseGet(() -> {
            String classPath = System.getProperty("java.class.path");
            return onClassPath(classPath, main);
        });
    }

    /** The program of a class on a class path. */
    public static ChildProgram onClassPath(String classPath, String main) {
        // A child works in a directory of its own.
        List<Path> files = Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().normalize())
                .toList();
        String absolute = String.join(
                File.pathSeparator, files.stream().map(Path::toString).toList());
        return new ChildProgram(List.of(OPENS, "-cp", absolute, main), files);
    }

    /** The program of a jar; empty unless its manifest names the main class, and other jars that are all there. */
    static Optional<ChildProgram> ofJar(Path jar, String main) {
        try (JarFile opened = new JarFile(jar.toFile(), false)) {
            Manifest manifest = opened.getManifest();
            Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String classPath = attributes.getValue(Name.CLASS_PATH);
            if (!main.equals(attributes.getValue(Name.MAIN_CLASS)) || classPath == null) {
                return Optional.empty();
            }
            List<Path> files = new ArrayList<>();
            files.add(jar);
            for (String entry : classPath.strip().split(" +")) {
                files.add(Path.of(jar.toUri().resolve(entry)).normalize());
            }
            return files.stream().allMatch(Files::isRegularFile)
                    ? Optional.of(new ChildProgram(List.of("-jar", jar.toString()), files))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> jarOf(String main) {
        URL place = ClassLoader.getSystemResource(main.replace('.', '/') + ".class");
        if (place == null || !place.getProtocol().equals("jar")) {
            return Optional.empty();
        }
        String jar = place.getPath().substring(0, place.getPath().lastIndexOf("!/"));
        try {
            return Optional.of(Path.of(new URI(jar)).toAbsolutePath().normalize());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
