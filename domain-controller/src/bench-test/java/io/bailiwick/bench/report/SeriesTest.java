package io.bailiwick.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
    private static final double NONE = Double.NaN;

    @Test
    void theMedianIsTheMiddleOneOfThoseThatWereFound() {
        assertEquals(3, new Series(List.of(9.0, NONE, 1.0, 3.0)).median());
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertEquals(2.5, new Series(List.of(4.0, 1.0, 2.0, 3.0)).median());
    }

    @Test
    void theSpreadIsThatOfAllRounds() {
        Series series = new Series(List.of(9.0, NONE, 1.0, 3.0));
        assertEquals(1, series.least());
        assertEquals(9, series.most());
        assertEquals("3.00 [1.00..9.00]", series.toString());
    }

    @Test
    void aRatioIsTakenRoundByRoundWhereBothHaveAFigure() {
        Series one = new Series(List.of(2.0, NONE, 6.0, 8.0));
        Series other = new Series(List.of(1.0, 1.0, NONE, 2.0));
        Series ratio = one.over(other);
        assertEquals(new Series(List.of(2.0, NONE, NONE, 4.0)), ratio);
        assertEquals(2, ratio.found());
        assertEquals(3, ratio.median());
    }

    @Test
    void whatHasNoFigureIsEmpty() {
        assertTrue(new Series(List.of(NONE, NONE)).isEmpty());
        assertTrue(Double.isNaN(Series.NONE.median()));
        assertEquals("-", Series.NONE.toString());
    }
}
