package io.kintsugi.sim.cluster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.sim.world.Killed;
import io.kintsugi.sim.world.LawBroken;
import io.kintsugi.sim.world.World;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Errors that the product's supervisors catch, log, and go on after: what a bug of the product does to a process. Their logs are the only
 * trace of it, so they are listened to while a run lasts.
 */
final class Supervised extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final List<String> LOGGERS = List.of(
            "io.kintsugi.master.driver.ControlLoop",
            "io.kintsugi.datanode.host.DiskHost",
            "io.kintsugi.datanode.host.ReplicaHost");

    private final World world;
    /** Loggers are the whole process's, where other runs may go on in other threads. */
    private final Thread thread = Thread.currentThread();

    Supervised(World world) {
        this.world = world;
        start();
        for (String name : LOGGERS) {
            if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                logger.setLevel(Level.ERROR);
                logger.setAdditive(false);
                logger.addAppender(this);
            }
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (Thread.currentThread() == thread && event.getThrowableProxy() instanceof ThrowableProxy proxy) {
            Throwable cause = proxy.getThrowable();
            if (!(cause instanceof StorageException || cause instanceof Killed || cause instanceof LawBroken)) {
                StackTraceElement[] at = cause.getStackTrace();
                world.fail("bug", event.getFormattedMessage() + ": " + cause + (at.length == 0 ? "" : " at " + at[0]));
            }
        }
    }

    @Override
    public void close() {
        for (String name : LOGGERS) {
            if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                logger.detachAppender(this);
            }
        }
    }
}
