package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Ids;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a datanode keeps of the cluster that isn't about itself.
 *
 * @param revision of the settings, raised by every change
 * @param settings that aren't at their defaults
 * @param given the highest ids that had been given out when it last heard from its masters
 */
public record ClusterNote(long revision, Map<String, String> settings, Ids given) {
    public static final ClusterNote NONE = new ClusterNote(0, Map.of(), Ids.NONE);

    public ClusterNote {
        settings = Map.copyOf(settings);
    }

    /** The settings of the higher revision, the higher of all ids. */
    ClusterNote merge(ClusterNote other) {
        boolean mine = revision != other.revision
                ? revision > other.revision
                : sorted(settings).compareTo(sorted(other.settings)) >= 0;
        ClusterNote newer = mine ? this : other;
        return new ClusterNote(newer.revision, newer.settings, given.max(other.given));
    }

    private static String sorted(Map<String, String> settings) {
        return new TreeMap<>(settings).toString();
    }
}
