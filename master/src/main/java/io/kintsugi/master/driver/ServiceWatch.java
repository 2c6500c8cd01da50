package io.kintsugi.master.driver;

import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** Notes since when a partition has no primary that serves, and when it has one again. It changes nothing. */
final class ServiceWatch implements Driver {
    private final SoftState soft;

    ServiceWatch(SoftState soft) {
        this.soft = soft;
    }

    @Override
    public void step(View view, Dirty dirty) {
        for (int id : dirty.partitions) {
            Optional<Partition> p = view.cluster().partition(id);
            soft.served(id, p.isEmpty() || view.served(p.get()), view.nowNanos());
        }
    }
}
