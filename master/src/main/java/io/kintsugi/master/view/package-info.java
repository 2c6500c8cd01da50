/** What drivers and planners look at: the replicated state and what datanodes reported, at one moment. */
package io.kintsugi.master.view;
