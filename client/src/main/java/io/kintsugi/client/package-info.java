/**
 * The client library: tables and keys. It finds the primaries by asking the leading master, goes to them directly, and repeats what may be
 * repeated: a write carries (session, sequence), so that a retry at whichever primary is answered and not done twice.
 */
package io.kintsugi.client;
