package io.kintsugi.sim.bugs;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.PlantedBug;
import java.util.List;

/** Bugs of the datanode around its replicas: what is stored when, copies, and what it believes of its master. */
public final class DatanodeBugs {
    private static final String HOST = "io.kintsugi.datanode.host.";
    private static final String STORE = "io.kintsugi.datanode.store.";
    private static final String LINK = "io.kintsugi.datanode.transport.MasterLink";

    private DatanodeBugs() {}

    /** All of them. */
    public static List<PlantedBug> all() {
        return List.of(
                bug(
                        "ACK_BEFORE_SYNC",
                        "storage",
                        "the log is written and not synced before it counts as stored",
                        edit(HOST + "LogSync", "log.write(group, sync);", "log.write(group, false);")),
                bug(
                        "LOG_GOES_ON_AFTER_FAILURE",
                        "storage",
                        "after a group that could not be written, later ones are",
                        edit(HOST + "LogSync", "if (failed) { return; }", "failed = false;")),
                bug(
                        "TRUNCATION_NOT_STORED",
                        "storage",
                        "entries that were cut off are there again after a restart",
                        edit(
                                HOST + "LogSync",
                                "if (op.truncateFrom() > 0) { group.truncate(op.replica(), op.truncateFrom()); }",
                                "")),
                bug(
                        "FLUSH_NOT_MADE",
                        "storage",
                        "log is freed that the flushed data doesn't hold",
                        edit(STORE + "ReplicaStore", "data.flush(); return upTo;", "return upTo;")),
                bug(
                        "SESSION_NOT_STORED",
                        "storage",
                        "a retried write is applied again",
                        edit(
                                STORE + "ReplicaStore",
                                "batch.put(sessionKey(session.getKey()), session.getValue().toBytes());",
                                "")),
                bug(
                        "DELETION_NOT_STORED",
                        "storage",
                        "a deleted replica isn't marked as deleted before its files go",
                        edit(
                                HOST + "ReplicaFiles",
                                "LogHeader header = LogHeader.fresh(partition).gone();",
                                "LogHeader header = LogHeader.fresh(partition);")),
                bug(
                        "REPLICA_ID_TAKEN_AGAIN",
                        "storage",
                        "a replica that the disk had and lost is made anew, empty, under its old id",
                        edit(
                                HOST + "ReplicaFiles",
                                "String refusal = known.isPresent() ?",
                                "String refusal = false ?")),
                bug(
                        "INSTALL_NOT_FINISHED",
                        "copying",
                        "a copy that was to be put in place when the process died is forgotten",
                        edit(
                                STORE + "DiskContents",
                                "if (!header.installing().isEmpty()) { replaceData(data, directory.resolve(header.installing())); }",
                                ""),
                        edit(STORE + "DiskContents", "if (applied < header.base().index()) {", "if (applied < 0) {")),
                bug(
                        "LATE_COPY_USED",
                        "copying",
                        "the result of a download that was given up is taken for that of the next",
                        edit(HOST + "SeedRun", "if (mine == run && download != null) {", "if (true) {")),
                bug(
                        "APPLIED_DURING_INSTALL",
                        "copying",
                        "what becomes durable while a copy is put in place isn't held back",
                        edit(HOST + "SeedRun", "if (installing) { heldBack.add(action); }", "if (false) { }")),
                bug(
                        "DEPOSED_MASTER_OBEYED",
                        "drivers",
                        "a master of an earlier term is obeyed",
                        edit(
                                LINK,
                                "if (!directory.admits(message.getGeneration(), message.getTerm())) {",
                                "if (directory.admits(message.getGeneration(), message.getTerm()) && false) {")),
                bug(
                        "STALE_DELETION_OBEYED",
                        "drivers",
                        "a deletion is carried out that a newer configuration has overtaken",
                        edit(
                                HOST + "NodeHost",
                                "if (config != null && config.epoch() > epoch && config.names(replica)) {",
                                "if (config != null && config.epoch() < 0) {")),
                bug(
                        "FULL_REPORT_NOT_FULL",
                        "drivers",
                        "a new leader is told what there is as if it were a change",
                        edit(LINK, "Report.newBuilder().setFull(true)", "Report.newBuilder().setFull(false)")));
    }
}
