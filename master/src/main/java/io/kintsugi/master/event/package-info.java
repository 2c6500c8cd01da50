/** What happened: derived from what each entry of the log changed, kept beside the state in the store, and bounded. */
package io.kintsugi.master.event;
