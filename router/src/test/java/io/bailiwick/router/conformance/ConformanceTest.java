package io.bailiwick.router.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.bailiwick.router.message.Dict;
import io.bailiwick.router.realm.Realm;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Nothing is announced that no test shows, and nothing is shown that is not announced. */
class ConformanceTest {
    private static final Set<Feature> SHOWN = shown();

    private static Set<Feature> shown() {
        JavaClasses tests = new ClassFileImporter().importPackages("io.bailiwick.router");
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (JavaClass test : tests) {
            if (test.isAnnotatedWith(Conforms.class)) {
                features.addAll(
                        Arrays.asList(test.getAnnotationOfType(Conforms.class).value()));
            }
            for (JavaCodeUnit method : test.getMethods()) {
                if (method.isAnnotatedWith(Conforms.class)) {
                    features.addAll(Arrays.asList(
                            method.getAnnotationOfType(Conforms.class).value()));
                }
            }
        }
        return features;
    }

    @Test
    void whatIsAnnouncedIsShownByTests() {
        Set<String> announced = new TreeSet<>();
        for (String role : List.of("broker", "dealer")) {
            Dict features = Realm.features().dict(role).dict("features");
            announced.addAll(features.entries().keySet());
        }
        Set<String> shown = SHOWN.stream()
                .map(Feature::announced)
                .filter(key -> !key.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(shown, announced);
    }

    @Test
    void everyFeatureIsShownOrSaysWhyItIsNotThere() {
        Set<Feature> missing = EnumSet.allOf(Feature.class);
        missing.removeAll(SHOWN);
        missing.removeIf(feature -> !feature.absence().isEmpty());
        assertEquals(Set.of(), missing);
    }
}
