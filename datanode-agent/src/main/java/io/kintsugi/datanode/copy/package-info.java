/**
 * Copying a replica (DESIGN section 7): the source offers a checkpoint, made of hard links, over HTTP; the destination downloads it with
 * ranges, checks every file's CRC-32C, and syncs it.
 */
package io.kintsugi.datanode.copy;
