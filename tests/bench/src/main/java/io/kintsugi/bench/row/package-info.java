/** One class a row of the table: how each figure is measured. */
package io.kintsugi.bench.row;
