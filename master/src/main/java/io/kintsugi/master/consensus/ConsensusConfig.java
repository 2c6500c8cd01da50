package io.kintsugi.master.consensus;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the group's member has to know.
 *
 * @param self this master, one of {@code masters}
 * @param masters where masters are looked for; the group itself is in the store
 * @param bindHost the address to listen on for Raft
 * @param directory holds everything that this master keeps
 * @param electionMax the step-down wait is twice this
 * @param proposalTimeout after which the outcome of a proposal is unknown
 * @param snapshotEntries the store is flushed, and Raft's log freed, after so many entries …
 * @param snapshotInterval … or after this time
 * @param keepEntries entries kept behind a snapshot for followers that lag
 * @param segmentBytes size of one file of Raft's log; freed file by file
 * @param recover without a store, wait for a recovery of the metadata; with one that was there before, don't start
 */
public record ConsensusConfig(
        MasterAddress self,
        List<MasterAddress> masters,
        String bindHost,
        Path directory,
        Duration electionMin,
        Duration electionMax,
        Duration proposalTimeout,
        int entriesInFlight,
        long snapshotEntries,
        Duration snapshotInterval,
        long keepEntries,
        long segmentBytes,
        boolean recover) {

    List<MasterAddress> others() {
        return masters.stream().filter(m -> !m.name().equals(self.name())).toList();
    }
}
