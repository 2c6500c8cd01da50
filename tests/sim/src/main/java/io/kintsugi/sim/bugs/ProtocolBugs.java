package io.kintsugi.sim.bugs;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.PlantedBug;
import java.util.List;

/** Bugs of the replication rules. The names are those of the checked model of the rules. */
public final class ProtocolBugs {
    private static final String REPLICA = "io.kintsugi.datanode.replica.";

    private ProtocolBugs() {}

    /** The bug of this name, if it is one of these. */
    public static PlantedBug named(String name) {
        return all().stream()
                .filter(bug -> bug.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no bug is named " + name + "; there are " + all()));
    }

    /** All of them. */
    public static List<PlantedBug> all() {
        return List.of(
                bug(
                        "ONE_SET",
                        "protocol",
                        "while a grow is open only the granted set must acknowledge",
                        edit(REPLICA + "PrimaryRole", "if (progress.voter()) {", "if (progress.granted) {")),
                bug(
                        "GROW_NO_FLOOR",
                        "protocol",
                        "grow looks at the commit index alone, which a new primary doesn't know yet",
                        edit(REPLICA + "Proposer", "Math.max(core.commit, primary.floor())", "core.commit")),
                bug(
                        "GROW_NEARLY",
                        "protocol",
                        "the catch-up check is one entry old when the grow is proposed",
                        edit(REPLICA + "Proposer", "p.acked >= must", "p.acked >= must - 1")),
                bug(
                        "SHRINK_EARLY",
                        "protocol",
                        "the smaller set counts from the proposal on",
                        edit(
                                REPLICA + "PrimaryRole",
                                "if (progress.voter()) {",
                                "if (proposer.shrinks() ? progress.proposed : progress.voter()) {"),
                        edit(
                                REPLICA + "Proposer",
                                "void consider() {",
                                "boolean shrinks() { return open != null && !grows; } void consider() {")),
                bug(
                        "REFUSAL_IS_FINAL",
                        "protocol",
                        "a refusal ends the both-sets rule",
                        edit(
                                REPLICA + "Replica",
                                "adopt(config); storeConfig(); } end();",
                                "adopt(config); storeConfig(); } else if (primary != null && primary.inOffice()) { primary.refused(); } end();"),
                        edit(
                                REPLICA + "PrimaryRole",
                                "void onPeerUp(",
                                "void refused() { proposer.newEpoch(); others.forEach(progress -> progress.proposed = false); } void onPeerUp(")),
                bug(
                        "RESUME",
                        "protocol",
                        "a restarted primary goes on in its epoch",
                        edit(
                                REPLICA + "Replica",
                                "replica.core.grantUntil = now + options.grant(); }",
                                "replica.core.grantUntil = now + options.grant(); } if (config != null && config.primary() == id) { replica.primary = new PrimaryRole(replica.core); replica.primary.takeOffice(); }")),
                bug(
                        "NO_FENCE",
                        "protocol",
                        "appends of a lower epoch are taken",
                        edit(REPLICA + "Core", "answer.message.epoch() == epoch", "true"),
                        edit(
                                REPLICA + "Replica",
                                "if (append.epoch() < core.epoch) {",
                                "if (append.epoch() < core.epoch && primary != null) {"),
                        edit(
                                REPLICA + "Replica",
                                "if (primary == null && from == core.config.primary()) {",
                                "if (primary == null) {")),
                bug(
                        "SELF_UNSYNCED",
                        "protocol",
                        "the primary counts itself before its own sync",
                        edit(REPLICA + "Core", "Math.min(commit, log.durable())", "commit"),
                        edit(
                                REPLICA + "PrimaryRole",
                                "long upTo = core.log.durable();",
                                "long upTo = core.log.last();")),
                bug(
                        "ACK_UNSYNCED",
                        "protocol",
                        "members acknowledge before their sync",
                        edit(REPLICA + "Core", "if (log.allSynced()) {", "if (true) {")),
                bug(
                        "LATE_ACK",
                        "protocol",
                        "acknowledgements outlive the epoch in which they were given",
                        edit(REPLICA + "Progress", "acked = 0;", ""),
                        edit(
                                REPLICA + "PrimaryRole",
                                "if (progress == null || ack.index() > core.log.last()) {",
                                "if (progress == null) {"),
                        edit(
                                REPLICA + "Replica",
                                "if (isPrimaryOf(ack.epoch())) {",
                                "if (isPrimaryOf(ack.epoch()) || primary != null) {")),
                bug(
                        "ACK_BY_LENGTH",
                        "protocol",
                        "a member acknowledges the end of its log",
                        edit(
                                REPLICA + "MemberRole",
                                "new Message.Ack(append.epoch(), proved,",
                                "new Message.Ack(append.epoch(), log.last(),"),
                        edit(
                                REPLICA + "PrimaryRole",
                                "if (progress == null || ack.index() > core.log.last()) {",
                                "if (progress == null) {")),
                bug(
                        "COMMIT_BY_LENGTH",
                        "protocol",
                        "a member takes the commit index up to the end of its log",
                        edit(
                                REPLICA + "MemberRole",
                                "Math.min(append.commitIndex(), proved)",
                                "Math.min(append.commitIndex(), log.last())")),
                bug(
                        "APPLY_EARLY",
                        "protocol",
                        "entries are applied when they are synced",
                        edit(
                                REPLICA + "Core",
                                "long to = Math.min(commit, log.durable());",
                                "long to = log.durable();")),
                bug(
                        "NO_PREV",
                        "protocol",
                        "the entry before isn't checked",
                        edit(
                                REPLICA + "MemberRole",
                                "return core.log.epochAt(prev) == append.prevEpoch();",
                                "return true;")),
                bug(
                        "TRUNCATE_ALWAYS",
                        "protocol",
                        "the log is cut where a message ends",
                        edit(
                                REPLICA + "MemberRole",
                                "if (cut > 0 && cut <= core.commit) {",
                                "if (fresh.isEmpty() && append.prevIndex() + entries.size() < log.last()) { cut = append.prevIndex() + entries.size() + 1; } if (cut > 0 && cut <= core.commit) {")),
                bug(
                        "NO_TRUNCATE",
                        "protocol",
                        "differing entries are overwritten, the tail stays",
                        edit(
                                REPLICA + "MemberRole",
                                "if (cut > 0) { log.truncateFrom(cut); }",
                                "if (cut > 0) { log.overwrite(fresh); core.persist(0, fresh); return true; }"),
                        edit(
                                REPLICA + "ReplicaLog",
                                "boolean installing() {",
                                "void overwrite(List<Entry> entries) { long from = entries.get(0).index(); if (from < tailFirst) { List<Entry> loaded = new ArrayList<>(); while (from + loaded.size() < tailFirst) { loaded.addAll(view.read(from + loaded.size(), tailFirst - 1, Long.MAX_VALUE)); } loaded.addAll(tail); tail = loaded; tailFirst = from; } forgetSynced(from - 1); for (Entry entry : entries) { int at = (int) (entry.index() - tailFirst); if (at < tail.size()) { tail.set(at, entry); } else { append(List.of(entry)); } } lastEpoch = tail.get(tail.size() - 1).epoch(); } boolean installing() {")),
                bug(
                        "LEASE_NO_WAIT",
                        "protocol",
                        "the elected commits while a grant of its own still runs",
                        edit(REPLICA + "PrimaryRole", "if (!waitedOut()) { return; } long upTo", "long upTo")),
                bug(
                        "LEASE_FORGET",
                        "protocol",
                        "a restarted granter forgets its grants",
                        edit(REPLICA + "Replica", "if (options.lease() > 0) {", "if (false) {")),
                bug(
                        "LEASE_ANY",
                        "protocol",
                        "one member's grant is enough",
                        edit(REPLICA + "Reads", "return valid == voters;", "return voters == 0 || valid > 0;")),
                bug(
                        "READ_EARLY",
                        "protocol",
                        "a new primary reads before its inherited log is committed",
                        edit(REPLICA + "PrimaryRole", "return core.commit >= floor;", "return true;")),
                bug(
                        "READ_MAJORITY",
                        "protocol",
                        "a majority confirms a read on demand",
                        edit(
                                REPLICA + "Reads",
                                "return confirmed == voters;",
                                "return 2 * (confirmed + 1) > voters + 1;")),
                bug(
                        "INSTALL_DROPS",
                        "protocol",
                        "a late checkpoint replaces a log that has gone beyond it",
                        edit(REPLICA + "MemberRole", "if (held) {", "if (false) {"),
                        edit(
                                REPLICA + "MemberRole",
                                "core.commit = Math.max(core.commit, index);",
                                "core.commit = index;")),
                bug(
                        "NO_RESEED",
                        "protocol",
                        "who needs freed log isn't seeded anew",
                        edit(
                                REPLICA + "Shipper",
                                "armRetry(to); List<Member> sources",
                                "armRetry(to); if (neededIndex >= 0) { return; } List<Member> sources")));
    }
}
