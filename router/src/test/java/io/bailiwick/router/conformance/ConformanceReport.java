package io.bailiwick.router.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Watches the tests of a build and writes what they show of WAMP: {@code target/conformance.md} of this module, which a test
 * of the last module compares with {@code docs/conformance.md}. A run of chosen tests writes nothing, for it shows too little.
 */
public final class ConformanceReport implements TestExecutionListener {
    private final Map<Feature, Map<String, Outcome>> outcomes = new EnumMap<>(Feature.class);

    /** What came of a test method: of a parameterized one, of all its runs. */
    record Outcome(int passed, int failed) {
        Outcome and(boolean pass) {
            return pass ? new Outcome(passed + 1, failed) : new Outcome(passed, failed + 1);
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        // What a class has inherited is shown by the class that has written it: the other may not run everywhere.
        if (test.isTest() && result.getStatus() != Status.ABORTED) {
            test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(MethodSource.class::cast)
                    .filter(source -> source.getJavaMethod().getDeclaringClass().equals(source.getJavaClass()))
                    .ifPresent(source -> record(source, result.getStatus() == Status.SUCCESSFUL));
        }
    }

    private synchronized void record(MethodSource source, boolean passed) {
        String name = source.getJavaClass().getName().replaceFirst(".*\\.router\\.", "") + "#" + source.getMethodName();
        for (Feature feature : features(source)) {
            outcomes.computeIfAbsent(feature, none -> new TreeMap<>())
                    .merge(name, new Outcome(0, 0).and(passed), (before, now) -> before.and(passed));
        }
    }

    private static Set<Feature> features(MethodSource source) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        add(features, source.getJavaMethod().getAnnotation(Conforms.class));
        for (Class<?> type = source.getJavaClass(); type != null; type = type.getEnclosingClass()) {
            add(features, type.getAnnotation(Conforms.class));
        }
        return features;
    }

    private static void add(Set<Feature> features, Conforms conforms) {
        if (conforms != null) {
            features.addAll(Arrays.asList(conforms.value()));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        String module = System.getProperty("basedir");
        boolean wholeModule = module != null && System.getProperty("test") == null;
        if (wholeModule && !outcomes.isEmpty()) {
            try {
                Files.writeString(Path.of(module, "target", "conformance.md"), new ConformancePage(outcomes).text());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
