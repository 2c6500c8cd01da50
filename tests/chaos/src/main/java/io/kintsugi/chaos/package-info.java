/**
 * What tests of whole clusters share: an HTTP client, a writer that records what was acknowledged, a watch over redundancy, clusters of
 * processes.
 */
package io.kintsugi.chaos;
