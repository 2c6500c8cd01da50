package io.kintsugi.client;

/** A key with its value. */
public record KeyValue(byte[] key, byte[] value) {}
