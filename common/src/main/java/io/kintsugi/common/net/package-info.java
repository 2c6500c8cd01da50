/** The one place that builds listeners and clients: limits, keep-alive and (later) TLS and identity are set here and nowhere else. */
package io.kintsugi.common.net;
