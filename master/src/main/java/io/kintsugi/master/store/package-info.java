/** The state on disk: the only user of RocksDB in the master. */
package io.kintsugi.master.store;
