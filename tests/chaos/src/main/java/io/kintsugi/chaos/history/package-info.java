/** What clients did and saw, and whether one copy of the data, used by one client after another, could have answered the same. */
package io.kintsugi.chaos.history;
