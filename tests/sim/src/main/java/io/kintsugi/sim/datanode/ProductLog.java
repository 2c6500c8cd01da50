package io.kintsugi.sim.datanode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The product logs whatever goes wrong in a process, and here thousands of them are made to fail: {@code -Dsim.log=WARN} shows it all the same. */
final class ProductLog {
    private ProductLog() {}

    static void quiet() {
        if (LoggerFactory.getLogger("io.kintsugi.datanode") instanceof Logger logger) {
            logger.setLevel(Level.toLevel(System.getProperty("sim.log"), Level.OFF));
        }
    }
}
