/** Starts and stops a datanode: configuration, wiring, the process's main class. */
package io.kintsugi.datanode.boot;
