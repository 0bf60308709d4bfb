package weft.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the modules, and what each may touch. */
class ArchitectureTest {
    private static final JavaClasses WEFT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("weft");

    /** Module → the modules that it may use directly. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "wireguard", Set.of(),
            "fleet", Set.of(),
            "netio", Set.of(),
            "api", Set.of(),
            "tunnel", Set.of("wireguard", "netio"),
            "registry", Set.of("api"),
            "edge", Set.of("tunnel", "netio", "wireguard", "fleet", "api"),
            "client", Set.of("tunnel", "netio", "wireguard", "api"),
            "lab", Set.of("netio"),
            "cli", Set.of("lab", "client", "edge", "registry", "tunnel", "netio", "wireguard", "fleet", "api"));

    static Set<String> modules() {
        return new TreeSet<>(ARROWS.keySet());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleUsesOnlyTheModulesBelowIt(String module) {
        Set<String> forbidden = new TreeSet<>(ARROWS.keySet());
        forbidden.removeAll(ARROWS.getOrDefault(module, Set.of()));
        forbidden.remove(module);
        noClasses()
                .that()
                .resideInAPackage("weft." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(forbidden))
                .check(WEFT);
    }

    private static String[] packages(Set<String> modules) {
        return modules.stream().map(module -> "weft." + module + "..").toArray(String[]::new);
    }

    @Test
    void onlyNetioCallsNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackage("weft.netio..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.SymbolLookup")
                .orShould()
                .callMethod(java.lang.foreign.MemorySegment.class, "reinterpret", long.class)
                .check(WEFT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"weft.wireguard..", "weft.fleet.."})
    void protocolAndDecisionsHaveNoSocketsThreadsClocksOrLoggersOfTheirOwn(String module) {
        noClasses()
                .that()
                .resideInAPackage(module)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio.channels..",
                        "java.util.concurrent.locks..",
                        "java.time..",
                        "java.util.logging..",
                        "org.slf4j..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.(Thread|ThreadLocal|Process.*)")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(.*Socket|URL|Http.*)")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.(util\\.(Random|SplittableRandom|random\\..*|concurrent\\.(Executor.*|ThreadLocalRandom))|security\\.SecureRandom)")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .check(WEFT);
    }

    @Test
    void onlyTheRegistryOpensADatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackage("weft.registry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.jdbi..", "com.zaxxer..")
                .check(WEFT);
    }

    @Test
    void onlyTheCommandLineReadsTomlAndFlags() {
        for (String parser : List.of("org.tomlj..", "picocli..")) {
            classes()
                    .that()
                    .resideOutsideOfPackage("weft.cli..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideOutsideOfPackage(parser)
                    .check(WEFT);
        }
    }
}
