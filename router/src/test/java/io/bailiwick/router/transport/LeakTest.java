package io.bailiwick.router.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bailiwick.router.message.Dict;
import io.bailiwick.router.message.Format;
import io.bailiwick.router.message.Message;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After many connections of all kinds, tidy and rude, everything is as before. */
class LeakTest {
    @TempDir
    Path directory;

    @Test
    void descriptors_and_buffers_come_back() throws Exception {
        Queue<String> leaks = watchBuffers();
        try (Site tcp = Site.tcp(Site.limits(5_000, 0, 200));
                Site unix = Site.unix(directory.resolve("s"), Site.limits(5_000, 0, 200))) {
            round(tcp, unix); // what is only opened once
            settle(() -> tcp.accepted.isEmpty() && unix.accepted.isEmpty());
            long before = descriptors();
            for (int i = 0; i < 100; i++) {
                round(tcp, unix);
            }
            settle(() -> descriptors() <= before);
            assertTrue(
                    descriptors() <= before,
                    () -> "expected " + before + " open descriptors, but found " + descriptors());
        }
        collect();
        assertTrue(leaks.isEmpty(), () -> String.join("\n", leaks));
    }

    private static void round(Site tcp, Site unix) throws Exception {
        for (String scheme : new String[] {"ws", "rs", "unix"}) {
            Site site = scheme.equals("unix") ? unix : tcp;
            Recorder client = site.connect(scheme, Format.CBOR);
            Recorder server = site.next();
            client.link().send(new Message.Hello("realm1", Dict.EMPTY));
            server.next();
            server.link().send(new Message.Abort(Dict.EMPTY, "x".repeat(70_000)));
            client.next();
            server.link().close();
            client.end();
            server.end();
        }
        try (RawPeer bad = tcp.raw().rawSocket()) {
            bad.sayHex("ff000000").hearAll();
        }
        tcp.next().end();
        try (RawPeer rude = tcp.raw().webSocket("wamp.2.cbor")) {
            rude.sayHex("82ff0000");
            rude.socket().setSoLinger(true, 0);
            rude.hangUp();
            tcp.next().end();
        }
        try (RawPeer lost = tcp.raw().sayText("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
            lost.hearAll();
        }
    }

    private static Queue<String> watchBuffers() {
        assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
        // Other tests may have ended event loops in the middle of a request: what that left is told now.
        collect();
        Queue<String> leaks = new ConcurrentLinkedQueue<>();
        ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + ": " + records));
        return leaks;
    }

    /** The detector finds what the collector has taken, when the next buffer is made. */
    private static void collect() {
        System.gc();
        PooledByteBufAllocator.DEFAULT.directBuffer().release();
    }

    private static long descriptors() {
        return ((com.sun.management.UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount();
    }

    private static void settle(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
