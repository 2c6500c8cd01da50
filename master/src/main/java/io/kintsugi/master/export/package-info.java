/** The metadata as one file: every row of the state at one committed index, versioned and checksummed (decision 0017). */
package io.kintsugi.master.export;
