package io.bailiwick.router.store;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.OutOfDiskSpaceException;
import jetbrains.exodus.core.dataStructures.Pair;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.io.DataReader;
import jetbrains.exodus.io.DataWriter;
import jetbrains.exodus.io.FileDataReaderWriterProvider;

/** A disk below Xodus that fails when told to. Xodus finds it by its name among the services. */
public final class FaultyDisk extends FileDataReaderWriterProvider {
    private static final AtomicInteger SYNCS = new AtomicInteger();
    private static volatile boolean failing;
    private static volatile boolean full;
    private static volatile CountDownLatch held = new CountDownLatch(0);
    private static volatile CountDownLatch reached = new CountDownLatch(1);

    static void use(EnvironmentConfig config) {
        config.setLogDataReaderWriterProvider(FaultyDisk.class.getCanonicalName());
    }

    static void failSync() {
        failing = true;
    }

    static void fill() {
        full = true;
    }

    static void heal() {
        failing = false;
        full = false;
        held.countDown();
    }

    /** Lets the next sync wait for this. */
    static CountDownLatch holdSync() {
        reached = new CountDownLatch(1);
        held = new CountDownLatch(1);
        return held;
    }

    static void awaitSync() {
        await(reached);
    }

    static int syncs() {
        return SYNCS.get();
    }

    @Override
    public Pair<DataReader, DataWriter> newReaderWriter(String location) {
        Pair<DataReader, DataWriter> real = super.newReaderWriter(location);
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("sync")) {
                sync();
            }
            if (full && method.getName().equals("write")) {
                throw new OutOfDiskSpaceException(new IOException("No space left on device"));
            }
            try {
                return method.invoke(real.getSecond(), arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        DataWriter faulty = (DataWriter)
                Proxy.newProxyInstance(FaultyDisk.class.getClassLoader(), new Class<?>[] {DataWriter.class}, handler);
        return new Pair<>(real.getFirst(), faulty);
    }

    private static void sync() {
        SYNCS.incrementAndGet();
        reached.countDown();
        await(held);
        if (failing) {
            throw new ExodusException("Input/output error");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
