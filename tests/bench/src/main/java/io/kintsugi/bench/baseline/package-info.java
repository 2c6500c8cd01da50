/** What the machine does without us: synced appends, a plain copy, a Raft group that does nothing. */
package io.kintsugi.bench.baseline;
