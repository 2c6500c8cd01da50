/** {@code bin/kintsugi-chaos}: faults and operators' commands drawn at random against a cluster of real processes, and the laws checked. */
package io.kintsugi.chaos.run;
