package io.kintsugi.master.state;

/**
 * One effect of an entry, as the store sees it.
 *
 * @param table wire number of the table
 * @param value null: removed
 */
public record Change(int table, byte[] key, byte[] value) {}
