package io.kintsugi.master.plan.rebuild;

/** How a recovery ends, as the seed names it. */
public enum ResultCode {
    /** The plan may be carried out. */
    ERR_OK,
    /** There is an error among the hints; nothing is changed. Mend it or agree to it, and ask again. */
    ERR_TRY_AGAIN,
    /** No datanode was named. */
    ERR_INVALID_PARAMETERS
}
