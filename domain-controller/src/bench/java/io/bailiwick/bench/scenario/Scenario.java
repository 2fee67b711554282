package io.bailiwick.bench.scenario;

import io.bailiwick.bench.report.Outcome;
import java.io.IOException;

/** Something that is measured. */
public interface Scenario {
    /** The name on the command line. */
    String name();

    /** What is done, in a sentence. */
    String title();

    /**
     * Measures it.
     *
     * @throws IOException when a server does not start
     */
    Outcome run(Stage stage) throws IOException;
}
