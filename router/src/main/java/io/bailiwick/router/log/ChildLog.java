package io.bailiwick.router.log;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The log of a child process: entries to stderr, of which its parent makes a file. There is nothing to configure: our own loggers
 * say what is INFO and above, others what is WARN. A library that could be told more, and is looked for in all jars, costs a
 * start more than opening the store does.
 */
public final class ChildLog implements SLF4JServiceProvider {
    /** The API that it was written for. */
    private static final String API = "2.0.99";

    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    /** For SLF4J, which is told of it by {@link #choose}. */
    public ChildLog() {}

    /** Makes it the log of this process. To be called before anything has a logger. */
    public static void choose() {
        System.setProperty("slf4j.provider", ChildLog.class.getName());
        // It would say on stderr that it does as it was told.
        System.setProperty("slf4j.internal.verbosity", "WARN");
    }

    @Override
    public void initialize() {}

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> loggers.computeIfAbsent(name, StderrLogger::new);
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return API;
    }
}
