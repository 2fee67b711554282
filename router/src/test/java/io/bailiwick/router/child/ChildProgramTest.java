package io.bailiwick.router.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProgramTest {
    private static final String MAIN = "io.bailiwick.router.child.ChildProgramTest$Program";

    @TempDir
    Path directory;

    /** Says whether it may open what a store needs, and that it finds its other jar. */
    static final class Program {
        public static void main(String[] arguments) {
            Module base = Object.class.getModule();
            boolean open = base.isOpen("sun.nio.ch", Program.class.getModule());
            boolean there = Program.class.getResource("/other.txt") != null;
            System.out.println((open ? "open" : "closed") + (there ? " whole" : " in parts"));
        }
    }

    @Test
    void a_jar_that_names_the_class_is_started_by_itself_with_what_its_manifest_says() throws Exception {
        Path jar = jar(MAIN, "other.jar");
        Path other = other();
        ChildProgram program = ChildProgram.ofJar(jar, MAIN).orElseThrow();
        assertEquals(List.of("-jar", jar.toString()), program.arguments());
        assertEquals(List.of(jar, other), program.files());
        assertEquals("open whole", said(program));
    }

    @Test
    void classes_on_a_class_path_are_started_with_a_flag_for_what_a_store_needs() throws Exception {
        String classPath = jar(MAIN, null) + File.pathSeparator + other();
        ChildProgram program = ChildProgram.onClassPath(classPath, MAIN);
        assertEquals(2, program.files().size());
        assertEquals("open whole", said(program));
    }

    @Test
    void a_class_path_that_is_not_absolute_is_made_so_as_a_child_works_elsewhere() {
        ChildProgram program = ChildProgram.onClassPath("lib/a.jar" + File.pathSeparator + "classes", MAIN);
        assertTrue(program.files().stream().allMatch(Path::isAbsolute), program.toString());
        assertEquals(
                program.files().get(0) + File.pathSeparator + program.files().get(1),
                program.arguments().get(2));
    }

    @Test
    void a_jar_of_another_class_or_without_its_other_jars_is_none() throws Exception {
        assertEquals(Optional.empty(), ChildProgram.ofJar(jar("some.Other", "other.jar"), MAIN));
        assertEquals(Optional.empty(), ChildProgram.ofJar(jar(MAIN, null), MAIN));
        assertEquals(Optional.empty(), ChildProgram.ofJar(jar(MAIN, "missing.jar"), MAIN));
        assertEquals(Optional.empty(), ChildProgram.ofJar(directory.resolve("no.jar"), MAIN));
    }

    @Test
    void a_class_that_is_not_in_a_jar_comes_from_the_class_path() {
        assertEquals(MAIN, ChildProgram.of(MAIN).arguments().get(3));
    }

    private Path jar(String main, String classPath) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Name.MANIFEST_VERSION, "1.0");
        attributes.put(Name.MAIN_CLASS, main);
        attributes.put(new Name("Add-Opens"), "java.base/sun.nio.ch");
        if (classPath != null) {
            attributes.put(Name.CLASS_PATH, classPath);
        }
        Path jar = directory.resolve("program.jar");
        String file = MAIN.replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out, manifest);
                InputStream in = ChildProgramTest.class.getClassLoader().getResourceAsStream(file)) {
            zip.putNextEntry(new ZipEntry(file));
            in.transferTo(zip);
        }
        return jar;
    }

    private Path other() throws IOException {
        Path jar = directory.resolve("other.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("other.txt"));
        }
        return jar;
    }

    private static String said(ChildProgram program) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(program.arguments());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
