package io.kintsugi.sim.master;

import io.kintsugi.master.port.StateStore;
import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.sim.world.Process;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.pcollections.TreePMap;

/** A master's store in memory. What was written and not flushed is gone after a crash, whole: a new life begins with what was flushed. */
final class MasterDisk {
    /** Ordered as stored rows are: by table, then by key, bytes unsigned. */
    private record Row(int table, byte[] key) implements Comparable<Row> {
        @Override
        public int compareTo(Row other) {
            return table != other.table ? Integer.compare(table, other.table) : Arrays.compareUnsigned(key, other.key);
        }
    }

    /** What the store holds at some position. */
    record Content(TreePMap<Row, byte[]> rows, LogPosition at) {
        static final Content EMPTY = new Content(TreePMap.empty(), LogPosition.START);
    }

    private Content durable = Content.EMPTY;

    Content durable() {
        return durable;
    }

    void install(Content content) {
        durable = content;
    }

    /** The store as one life of the process has it. */
    StateStore open(Process process) {
        return new Store(process);
    }

    private final class Store implements StateStore {
        private final Process process;
        private final long life;
        private Content present = durable;

        Store(Process process) {
            this.process = process;
            this.life = process.life();
        }

        @Override
        public LogPosition applied() {
            return present.at;
        }

        @Override
        public void write(List<Change> changes, LogPosition applied) {
            process.check(life);
            TreePMap<Row, byte[]> rows = present.rows;
            for (Change change : changes) {
                Row row = new Row(change.table(), change.key());
                rows = change.value() == null ? rows.minus(row) : rows.plus(row, change.value());
            }
            present = new Content(rows, applied);
        }

        @Override
        public void forEach(Reader reader) {
            present.rows.forEach((row, value) -> reader.row(row.table, row.key, value));
        }

        @Override
        public LogPosition flush() {
            process.check(life);
            durable = present;
            return present.at;
        }

        @Override
        public void checkpoint(Path directory) {
            throw new UnsupportedOperationException("a seed is taken from what is durable");
        }

        @Override
        public void close() {}
    }
}
