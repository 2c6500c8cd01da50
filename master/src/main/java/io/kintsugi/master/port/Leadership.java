package io.kintsugi.master.port;

/** What this master knows of who leads. */
public interface Leadership {
    /** gRPC host:port of the leading master as far as this one knows, or "". */
    String leaderGrpcAddress();
}
