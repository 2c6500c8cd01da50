/** Measures what the project promises in numbers, each beside a baseline of the same disk in the same run. */
package io.kintsugi.bench;
