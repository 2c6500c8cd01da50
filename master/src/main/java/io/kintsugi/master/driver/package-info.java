/** The leader's hands: one thread that turns views into proposals and tasks. Drivers keep nothing that they couldn't find out again. */
package io.kintsugi.master.driver;
