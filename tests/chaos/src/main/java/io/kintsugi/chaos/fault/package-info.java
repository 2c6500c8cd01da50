/** Tools that break things: one class each, all of them undone by closing or clearing. */
package io.kintsugi.chaos.fault;
