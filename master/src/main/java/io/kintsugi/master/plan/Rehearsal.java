package io.kintsugi.master.plan;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Redundancy;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.plan.DrainPlan.Blocker;
import io.kintsugi.master.plan.DrainPlan.Step;
import io.kintsugi.master.plan.Target.Source;
import io.kintsugi.master.view.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Plays a drain through, wave by wave: what earlier moves have taken of a disk stays taken, and the limit of incoming copies holds within a wave.
 * Waves are a simplification: in truth the next move begins as soon as any other has ended.
 */
final class Rehearsal {
    /** After so many in a row that only wait for a copy's end, the rest of a disk isn't looked at in this wave. */
    private static final int PATIENCE = 64;

    private final View view;
    private final Target target;
    private final Load load;
    private final List<Deque<Source>> pending = new ArrayList<>();
    private final List<Step> moves = new ArrayList<>();
    private final List<Step> staying = new ArrayList<>();
    private final List<Blocker> blockers = new ArrayList<>();
    private int wave;
    private int passing;

    Rehearsal(View view, Target target) {
        this.view = view;
        this.target = target;
        this.load = new Load(view, target.closed());
        target.disks().stream().filter(d -> !d.isEmpty()).forEach(d -> pending.add(new ArrayDeque<>(d)));
    }

    DrainPlan plan() {
        int tokens = (int) view.setting(Setting.DECOMMISSION_DP_LIMIT);
        while (!pending.isEmpty()) {
            wave++;
            if (wave(tokens) == 0 && wave > 1) {
                // the copies that were under way when this was asked have ended after the first wave: nobody else's
                // will
                giveUp();
            }
            load.copied();
            pending.removeIf(Deque::isEmpty);
        }
        List<Step> all = new ArrayList<>(moves);
        all.addAll(staying);
        return new DrainPlan(
                target.name(),
                blockers.isEmpty(),
                all.size(),
                all.stream().mapToLong(Step::bytes).sum(),
                all.stream().mapToInt(Step::inSyncLeast).min().orElse(0),
                all,
                List.copyOf(blockers),
                notes(tokens));
    }

    /** As tokens are shared: disks in turn, only as many at once as have a slot. */
    private int wave(int tokens) {
        int slots = (int) Math.min(pending.size(), view.setting(Setting.DECOMMISSION_DISK_LIMIT));
        List<Iterator<Source>> disks = new ArrayList<>();
        pending.subList(0, slots).forEach(d -> disks.add(d.iterator()));
        int begun = 0;
        while (begun < tokens && !disks.isEmpty()) {
            Iterator<Iterator<Source>> turn = disks.iterator();
            while (turn.hasNext() && begun < tokens) {
                if (next(turn.next())) {
                    begun++;
                } else {
                    turn.remove();
                }
            }
        }
        return begun;
    }

    /** The next of a disk that may begin in this wave; takes it and those that can't begin at all out of what is pending. */
    private boolean next(Iterator<Source> disk) {
        int full = 0;
        while (disk.hasNext() && full < PATIENCE) {
            Source s = disk.next();
            switch (look(s)) {
                case Choice.Chosen<Disk>(Disk destination) -> {
                    load.add(destination.id(), view.bytes(s.partition()));
                    moves.add(step(s, moves.size() + 1, wave, view.diskName(destination), null));
                    disk.remove();
                    return true;
                }
                case Choice.None<Disk>(Reason reason) -> {
                    if (reason.code().equals("INCOMING_COPIES_LIMIT")) {
                        full++;
                    } else {
                        disk.remove();
                        stays(s, reason);
                    }
                }
            }
        }
        return false;
    }

    private Choice<Disk> look(Source s) {
        Partition p = s.partition();
        if (s.member() == null) {
            return Choice.none(Reason.passing(
                    "MOVE_RUNNING", "a move is just bringing a replica of it here: it moves on once that has ended"));
        }
        return view.cluster().openMoves(p.id()).stream()
                .filter(op -> op.move().source() == s.member().replica() && !op.holdsToken())
                .findFirst()
                .map(op -> Choice.<Disk>none(Reason.passing(
                        "ALREADY_MOVING", "op " + op.id() + " is to move this replica: it waits as " + op.status())))
                .orElseGet(() -> MoveSteps.prepare(view, p, s.member(), s.move(), load));
    }

    private void stays(Source s, Reason reason) {
        staying.add(step(s, 0, 0, null, reason));
        if (reason.passing()) {
            passing++;
        } else {
            blockers.add(new Blocker(view.partitionName(s.partition()), reason.code(), reason.message()));
        }
    }

    private void giveUp() {
        for (Deque<Source> disk : pending) {
            for (Source s : disk) {
                Reason reason = look(s) instanceof Choice.None<Disk>(Reason no)
                        ? no
                        : Reason.passing("INCOMING_COPIES_LIMIT", "no disk that it may go to has a slot for a copy");
                stays(s, reason);
            }
            disk.clear();
        }
    }

    private Step step(Source s, int order, int ofWave, String destination, Reason reason) {
        Partition p = s.partition();
        int now = p.inSync().size();
        Member m = s.member();
        // the new one is in-sync before the old one goes
        int least = m == null
                ? now
                : Math.min(now, Redundancy.without(p, m.replica()).size() + 1);
        return new Step(
                order,
                ofWave,
                view.partitionName(p),
                view.bytes(p),
                m == null || s.move().adds() ? "" : view.diskName(m.disk()),
                destination,
                now,
                least,
                reason == null ? "" : reason.code(),
                reason == null ? "" : reason.message());
    }

    private List<String> notes(int tokens) {
        List<String> notes = new ArrayList<>();
        if (!target.note().isEmpty()) {
            notes.add(target.note());
        }
        if (!view.reports().judging()) {
            notes.add(Survey.notJudging().message());
        }
        if (moves.isEmpty() && staying.isEmpty()) {
            notes.add("there is nothing to move");
        }
        if (passing > 0) {
            notes.add(passing + " partitions can't go at this moment, and will without anybody's doing");
        }
        target.closed().stream()
                .findFirst()
                .map(disk -> MoveAdmission.nodesetOf(view, disk))
                .map(nodeset -> view.cluster().movesOfNodeset(nodeset).size())
                .filter(taken -> taken > 0 && !moves.isEmpty())
                .ifPresent(taken -> notes.add("waves count with all " + tokens
                        + " tokens (DecommissionDpLimit); other moves of the nodeset hold " + taken + " now"));
        long thin = target.disks().stream()
                .flatMap(List::stream)
                .map(Source::partition)
                .filter(p -> p.inSync().size() < p.target())
                .count();
        if (thin > 0) {
            notes.add(thin
                    + " partitions have fewer in-sync replicas than they should as it is: no move lowers that further");
        }
        return notes;
    }
}
