/** Faults on demand: what an operator practises with, and tests plant. Off unless the datanode is told otherwise. */
package io.kintsugi.datanode.drill;
