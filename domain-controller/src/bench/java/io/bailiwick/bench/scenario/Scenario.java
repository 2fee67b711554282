package io.bailiwick.bench.scenario;

import io.bailiwick.bench.report.Outcome;
import java.io.IOException;
import java.util.List;

/** Something that is measured. */
public interface Scenario {
    /** The name of its outcome, and on the command line. */
    String name();

    /** All names that it has on the command line: parts that are measured in turns have one each. */
    default List<String> names() {
        return List.of(name());
    }

    /** What is done, in a sentence. */
    String title();

    /**
     * Measures it.
     *
     * @throws IOException when a server does not start
     */
    Outcome run(Stage stage) throws IOException;
}
