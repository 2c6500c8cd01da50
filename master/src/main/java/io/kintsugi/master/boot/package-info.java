/** The master process: configuration, wiring, start and stop. */
package io.kintsugi.master.boot;
