/** JMH benchmarks of single classes. */
package io.kintsugi.bench.micro;
