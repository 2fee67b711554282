package io.bailiwick.domain.schema;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far the submission of usage got. The batch that is under way is the same at each try, also after a restart.
 *
 * @param batch the number of the last batch that was begun, counted from 1
 * @param id the identity of the batch that is under way, or null
 * @param first the number of its first pending record, and of the last one when none is under way
 * @param last the number of its last pending record; none that is added later has a lower one
 * @param records how many records were submitted in all
 * @param succeeded when the last batch was taken, nanoseconds since 1970 UTC, or null
 */
public record UsageSubmission(
        long batch,
        @Nullable UUID id,
        long first,
        long last,
        long records,
        @Nullable Long succeeded) {
    /** The key of the one row. */
    public static final long KEY = 0;

    /** Nothing was ever submitted. */
    public static final UsageSubmission NONE = new UsageSubmission(0, null, 0, 0, 0, null);
}
