/**
 * Bugs planted on purpose, to show that the search finds such bugs. A bug is an edit of the product's source text, compiled in memory and run
 * in a class loader of its own: the product has no switch for it, and no code that is there for tests only.
 */
package io.kintsugi.mutants;
