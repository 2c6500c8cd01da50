/** What goes wrong, and what operators ask for, each from its beginning until the cluster is as it was, while a leading master is killed. */
package io.kintsugi.chaos.flow;
