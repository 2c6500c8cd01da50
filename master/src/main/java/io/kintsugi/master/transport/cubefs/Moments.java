package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.view.View;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * When something was, by the wall clock; milliseconds since the epoch. What the leader remembers is monotonic, and told by the view's
 * now.
 */
final class Moments {
    private Moments() {}

    /** The last word of a datanode; 0 if this leader has heard none. */
    static long heard(View view, int node) {
        return view.reports().node(node).map(n -> wall(view, n.heardNanos())).orElse(0L);
    }

    /** Since when a datanode is alive, or dead; 0 if this leader has heard nothing of it. */
    static long liveSince(View view, int node) {
        return view.reports().node(node).map(n -> wall(view, n.sinceNanos())).orElse(0L);
    }

    /** When a joining replica last came further; 0 if it hasn't. */
    static long progressed(View view, long replica) {
        return wall(view, view.reports().progressed(replica));
    }

    /** When this leader first heard of it as a joining one; 0 if it hasn't. */
    static long began(View view, long replica) {
        return wall(view, view.reports().began(replica));
    }

    private static long wall(View view, OptionalLong nanos) {
        return nanos.isPresent() ? wall(view, nanos.getAsLong()) : 0;
    }

    private static long wall(View view, long nanos) {
        return view.nowMillis() - TimeUnit.NANOSECONDS.toMillis(Math.max(0, view.nowNanos() - nanos));
    }
}
