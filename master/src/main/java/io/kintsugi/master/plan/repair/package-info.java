/** What is wrong with partitions and can be mended without asking anybody, one rule a class; and when not to. */
package io.kintsugi.master.plan.repair;
