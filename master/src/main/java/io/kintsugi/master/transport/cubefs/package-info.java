/**
 * The admin API of the system that operators come from: its paths, parameters and JSON, so that its command line and scripts work here.
 * An adapter over {@link io.kintsugi.master.transport.AdminService}: it decides nothing. {@code …Paths} take requests apart, {@code
 * …Json} write what a view holds in the original's words; docs/reference/cubefs-compat.md says what stands for what.
 */
package io.kintsugi.master.transport.cubefs;
