package io.bailiwick.router.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bailiwick.router.admission.CookieStore;
import io.bailiwick.router.admission.CookieTable.Remembered;
import io.bailiwick.router.message.Dict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the cookies of logins in a file of mode 0600, with a line of JSON for each that came or went. Written anew when it is
 * opened, and when most of its lines are out of date. What is put in is in the file a moment later, written by a thread of its
 * own: a crash of the machine may cost the logins of the last moments, which are asked for again.
 */
final class CookieFile implements CookieStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CookieFile.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, @Nullable Object>> LINE = new TypeReference<>() {};
    private static final int SPARE_LINES = 1_000;
    private static final long CLOSE_SECONDS = 3;

    private final Path file;
    private final Map<String, Remembered> loaded;
    private final ExecutorService writer;
    // Of the writer's thread, once it runs.
    private final Map<String, Remembered> kept;
    private FileChannel channel;
    private long lines;

    private CookieFile(Path file, Map<String, Remembered> loaded) throws IOException {
        this.file = file;
        this.loaded = Map.copyOf(loaded);
        this.kept = new LinkedHashMap<>(loaded);
        this.channel = rewritten();
        this.lines = kept.size();
        this.writer = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "bailiwick-cookies");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens a file, which is made when it is missing.
     *
     * @throws IOException when it cannot be read or written
     */
    static CookieFile open(Path file) throws IOException {
        Map<String, Remembered> loaded = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                take(line, loaded);
            }
        }
        return new CookieFile(file, loaded);
    }

    /** A line that was cut off by a crash is left out. */
    private static void take(String line, Map<String, Remembered> into) {
        try {
            Dict entry = Dict.of(JSON.readValue(line, LINE));
            String cookie = entry.text("cookie").orElseThrow();
            if (entry.has("realm")) {
                into.put(cookie, remembered(entry));
            } else {
                into.remove(cookie);
            }
        } catch (JsonProcessingException | RuntimeException unreadable) {
            log.warn("a line of the file of cookies was left out, since it is none");
        }
    }

    private static Remembered remembered(Dict entry) throws DateTimeException {
        return new Remembered(
                entry.text("realm").orElseThrow(),
                entry.text("authid").orElseThrow(),
                entry.text("authrole").orElseThrow(),
                entry.text("authmethod").orElseThrow(),
                entry.text("authprovider").orElseThrow(),
                entry.dict("authextra"),
                Instant.parse(entry.text("until").orElseThrow()));
    }

    private static String line(String cookie, @Nullable Remembered who) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("cookie", cookie);
        if (who != null) {
            line.put("realm", who.realm());
            line.put("authid", who.authid());
            line.put("authrole", who.authrole());
            line.put("authmethod", who.authmethod());
            line.put("authprovider", who.authprovider());
            line.put("authextra", who.authextra().entries());
            line.put("until", who.until().toString());
        }
        try {
            return JSON.writeValueAsString(line) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and what came by JSON can be written as JSON", e);
        }
    }

    @Override
    public Map<String, Remembered> load() {
        return loaded;
    }

    @Override
    public void put(String cookieHash, Remembered remembered) {
        writer.execute(() -> {
            kept.put(cookieHash, remembered);
            append(line(cookieHash, remembered));
        });
    }

    @Override
    public void remove(String cookieHash) {
        writer.execute(() -> {
            kept.remove(cookieHash);
            append(line(cookieHash, null));
        });
    }

    private void append(String line) {
        try {
            if (lines > 2L * kept.size() + SPARE_LINES) {
                FileChannel old = channel;
                channel = rewritten();
                lines = kept.size();
                old.close();
            } else {
                write(channel, line);
                lines++;
            }
        } catch (IOException unwritable) {
            log.error("the cookies of logins cannot be kept: {}", unwritable.getMessage());
        }
    }

    /** Writes what is kept into a new file, and puts it in the place of the old one. */
    private FileChannel rewritten() throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        FileChannel opened = FileChannel.open(
                fresh,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            for (Map.Entry<String, Remembered> entry : kept.entrySet()) {
                write(opened, line(entry.getKey(), entry.getValue()));
            }
            opened.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return opened;
        } catch (IOException failure) {
            opened.close();
            throw failure;
        }
    }

    private static void write(FileChannel channel, String line) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (octets.hasRemaining()) {
            channel.write(octets);
        }
    }

    /** Writes what waits, and closes the file. */
    @Override
    public void close() throws IOException {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("the last cookies of logins were not kept in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.close();
    }
}
