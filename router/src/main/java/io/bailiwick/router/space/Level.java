package io.bailiwick.router.space;

/** How it stands with the room on a disk, from good to bad. */
public enum Level {
    /** Enough. */
    PLENTY,
    /** Somebody should look. */
    LOW,
    /** Somebody must look soon. */
    SCARCE,
    /** Nothing is written any more, so that the store does not come to harm. */
    FULL
}
