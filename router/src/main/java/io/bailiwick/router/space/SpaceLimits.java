package io.bailiwick.router.space;

/**
 * From where on room is short.
 *
 * @param lowPercent free percent below which it is {@link Level#LOW}
 * @param scarcePercent free percent below which it is {@link Level#SCARCE}, not more than the other
 * @param floor free bytes below which it is {@link Level#FULL}: in bytes, because what a store needs to stay whole does not
 *     grow with the disk. 0 for never
 */
public record SpaceLimits(int lowPercent, int scarcePercent, long floor) {
    /** 10 and 5 percent, and 64 MiB: opening a store needs 8 MiB for a while, and there are several. */
    public static final SpaceLimits DEFAULT = new SpaceLimits(10, 5, 64L << 20);

    /**
     * Checks that they fit together.
     *
     * @throws IllegalArgumentException when they do not
     */
    public SpaceLimits {
        if (scarcePercent < 0 || lowPercent > 100 || scarcePercent > lowPercent || floor < 0) {
            throw new IllegalArgumentException("expected 0 <= scarce <= low <= 100 percent and a floor of at least 0,"
                    + " but found " + scarcePercent + ", " + lowPercent + " and " + floor);
        }
    }

    /** What so much room means. */
    Level level(long total, long free) {
        if (free < floor) {
            return Level.FULL;
        }
        double percent = total == 0 ? 100 : 100.0 * free / total;
        if (percent < scarcePercent) {
            return Level.SCARCE;
        }
        return percent < lowPercent ? Level.LOW : Level.PLENTY;
    }
}
