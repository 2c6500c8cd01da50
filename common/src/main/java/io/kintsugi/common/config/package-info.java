/** Configuration files: flat dotted keys from YAML, typed and checked; what is wrong is named with its remedy. */
package io.kintsugi.common.config;
