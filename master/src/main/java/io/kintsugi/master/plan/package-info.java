/** Decisions as pure functions of a view: what to do, or the named reason for waiting. Nothing here has state, a clock or chance. */
package io.kintsugi.master.plan;
