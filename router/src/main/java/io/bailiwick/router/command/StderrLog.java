package io.bailiwick.router.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.bailiwick.router.log.LogLine;
import java.nio.charset.StandardCharsets;

/**
 * The log of every process of this project but realm controllers, set up in code: reading it from a file of XML costs each start more than
 * opening the store does. All logs go to stderr: stdout belongs to the output of commands, and to READY of a child process.
 *
 * <p>{@code -Dbailiwick.log=DEBUG} sets the level of our own loggers, {@code -Dlogback.configurationFile=FILE} replaces
 * all of it.
 */
public final class StderrLog extends ContextAwareBase implements Configurator {
    /** For logback, which finds it as a service. */
    public StderrLog() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Lines lines = new Lines();
        lines.setContext(context);
        lines.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(lines);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("io.bailiwick").setLevel(Level.toLevel(System.getProperty("bailiwick.log"), Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** An entry, and the trace of the failure that it tells of. */
    static final class Lines extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            String line = LogLine.of(
                    event.getTimeStamp(),
                    event.getLevel().toString(),
                    event.getLoggerName(),
                    String.valueOf(event.getFormattedMessage()));
            return event.getThrowableProxy() == null
                    ? line
                    : line + ThrowableProxyUtil.asString(event.getThrowableProxy());
        }
    }
}
