package io.kintsugi.master.plan;

import io.kintsugi.master.model.Setting;

/** What an operator can do about a reason. The words behind these codes are in docs/troubleshoot. */
final class Remedies {
    private Remedies() {}

    /** The setting to change or the command to give, or null where there is none. */
    static String knob(String code, long op) {
        return switch (code) {
            case "DP_LIMIT" -> Setting.DECOMMISSION_DP_LIMIT.key();
            case "DISK_LIMIT" -> Setting.DECOMMISSION_DISK_LIMIT.key();
            case "INCOMING_COPIES_LIMIT" -> Setting.INCOMING_COPIES_PER_DISK.key();
            case "DESTINATION_TOO_SLOW" -> Setting.DP_REPAIR_TIMEOUT_MS.key();
            case "SEEDING" -> Setting.COPY_BYTES_PER_SECOND.key();
            case "PAUSED" -> "op resume " + op;
            default -> null;
        };
    }

    /** A sentence. */
    static String of(String code, long op) {
        return switch (code) {
            case "DP_LIMIT", "DISK_LIMIT", "INCOMING_COPIES_LIMIT" ->
                "wait, or raise it: cluster set " + knob(code, op) + "=N";
            case "DESTINATION_TOO_SLOW" -> "look at that disk; after DpRepairTimeoutMs the copy goes elsewhere";
            case "PAUSED" -> "op resume " + op;
            case AutoFailover.OFF ->
                "partition change-leader, node offline or node recover; or cluster confset auto_failover true";
            case "NO_DESTINATION" -> "add a datanode or a disk, recommission one, or free space";
            case "NO_IN_SYNC_REPLICA" ->
                "bring one of its in-sync replicas back; if they are lost for good, partition recover goes on with what is left, and"
                        + " says first what may be lost (--dry-run)";
            case "NO_PRIMARY", "NO_OTHER_PRIMARY", "REDUNDANCY" ->
                "bring the datanodes of the partition's other members back: partition explain names them";
            case "NO_SURVIVOR" -> "start the datanodes of its replicas, or restore a backup: node backups NODE ls";
            case "CHOICE_NEEDED" ->
                "start the datanodes that it names; or cluster recover-data --force-choice goes on with what is left, and says first what may"
                        + " be lost";
            case "CHOICE_CANCELLED" -> "start its datanodes; or partition recover goes on with what is left";
            case "CATCHING_UP" -> "none needed, unless it doesn't get on: look at its datanode";
            case "WAITS_FOR_BETTER" ->
                "start those datanodes; or go on at once: op cancel " + op + ", then partition recover without --wait";
            case "SURVIVOR_NOT_REACHED" ->
                "start its datanode, or: op cancel " + op + ", then partition recover without --survivor";
            case Drained.CODE ->
                "recommission what the message names (disk recommission, node recommission), or start the datanodes of its other replicas";
            case "SURVIVOR_GONE" -> "start its datanode, or: op cancel " + op + ", then partition recover again";
            case "SALVAGE_UNREADABLE" ->
                "mend the disk and give it back (disk recover), or go on with another replica or a backup (partition recover says what that"
                        + " may lose)";
            case "COPY_UNREADABLE" ->
                "none needed while another replica is in-sync: the source is replaced; else partition explain says what can't be read";
            case "DATA_UNREADABLE" ->
                "the rest of it is served; write the keys that can't be read anew, or restore a backup: node backups NODE ls";
            case "REPAIR_RUNNING" -> "wait until repair has ended";
            case "BACKOFF" -> "wait, or cancel it: op cancel " + op;
            case "DESTINATION_DEAD" -> "none needed: the copy goes elsewhere";
            default -> "none needed: it goes on by itself";
        };
    }
}
