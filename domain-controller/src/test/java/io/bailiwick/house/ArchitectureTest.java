package io.bailiwick.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house keeps its rules, and each rule has been seen to refuse a planted offender. */
class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.bailiwick");
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("planted");

    @TestFactory
    Stream<DynamicTest> theHouseKeepsItsRules() {
        return new HouseRules("io.bailiwick")
                .all().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(), () -> rule.getValue().check(HOUSE)));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleRefusesItsPlantedOffender() {
        return new HouseRules("planted")
                .all().entrySet().stream()
                        .map(rule -> DynamicTest.dynamicTest(
                                rule.getKey(),
                                () -> assertTrue(
                                        rule.getValue().evaluate(PLANTED).hasViolation(),
                                        "expected a planted offender to be refused")));
    }

    @Test
    void allFourModulesAreLookedAt() {
        for (String module : Set.of("router.realm", "domain", "mrealm", "node")) {
            assertFalse(
                    HOUSE.stream().noneMatch(type -> type.getPackageName().startsWith("io.bailiwick." + module)),
                    "expected classes of io.bailiwick." + module);
        }
        assertEquals(
                0,
                HOUSE.stream().filter(type -> type.getName().endsWith("Test")).count());
    }
}
