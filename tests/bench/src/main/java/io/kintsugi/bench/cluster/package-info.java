/** A cluster of real processes, as an outsider uses it: command line, HTTP, /proc. */
package io.kintsugi.bench.cluster;
