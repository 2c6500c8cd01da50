package io.kintsugi.master.driver;

import io.kintsugi.master.view.View;

/** One concern of the leader, as a step function: looks at what is dirty, and acts. It must be safe to step it at any time. */
interface Driver {
    void step(View view, Dirty dirty);
}
