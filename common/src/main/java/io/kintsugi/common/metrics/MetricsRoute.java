package io.kintsugi.common.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A process's metrics (one {@link MetricRegistry} each) as Prometheus text at {@code GET /metrics}. Dots in names become underscores. */
public final class MetricsRoute {
    private MetricsRoute() {}

    public static void mount(Router router, MetricRegistry registry) {
        router.get("/metrics").handler(context -> context.response()
                .putHeader("content-type", PrometheusTextFormatWriter.CONTENT_TYPE)
                .end(Buffer.buffer(render(registry))));
    }

    static byte[] render(MetricRegistry registry) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);
        try {
            PrometheusTextFormatWriter.create()
                    .write(out, new DropwizardExports(registry).collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteArray();
    }

    /** The exposition as text. */
    public static String text(MetricRegistry registry) {
        return new String(render(registry), StandardCharsets.UTF_8);
    }
}
