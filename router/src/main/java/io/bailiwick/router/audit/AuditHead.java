package io.bailiwick.router.audit;

/**
 * The newest record of a log. Kept elsewhere, it shows later that nothing up to there was changed or cut off.
 *
 * @param seq its number; 0 when there is none
 * @param hash its hash; {@link AuditRecord#NONE} when there is none
 */
public record AuditHead(long seq, String hash) {
    /** Of a log without records. */
    public static final AuditHead EMPTY = new AuditHead(0, AuditRecord.NONE);
}
