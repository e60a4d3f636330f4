package io.nefele.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * What all of a fabric's determinism rests on: the cores see no thread, clock, disk or network,
 * draw no randomness of their own, and iterate over nothing whose order changes from run to run.
 */
@AnalyzeClasses(packages = "io.nefele", importOptions = DoNotIncludeTests.class)
class PurityTest {

  /** The packages of the cores, without their adapters' sub-packages. */
  static final String[] PURE = {
    "io.nefele.core",
    "io.nefele.wire",
    "io.nefele.gossip",
    "io.nefele.hierarchy",
    "io.nefele.hierarchy.relay",
    "io.nefele.table",
    "io.nefele.table.history",
    "io.nefele.table.tenant",
    "io.nefele.mailbox",
    "io.nefele.placement",
    "io.nefele.agent.core",
    "io.nefele.agent.depot",
    "io.nefele.lib.rollout"
  };

  @ArchTest
  static final ArchRule coresUsePlainJavaOnly =
      classes()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(PURE)
                  .or(
                      resideInAnyPackage(
                          "java.lang",
                          "java.lang.invoke",
                          "java.lang.runtime",
                          "java.nio",
                          "java.nio.charset",
                          "java.time",
                          "java.util",
                          "java.util.function",
                          "java.util.random",
                          "java.util.regex",
                          "java.util.stream",
                          "com.google.common.base",
                          "com.google.common.collect",
                          "com.google.common.hash",
                          "com.google.common.net",
                          "com.google.common.primitives",
                          "org.jspecify.annotations")));

  @ArchTest
  static final ArchRule coresReadNoClockAndDrawNoRandomnessOfTheirOwn =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "identityHashCode", Object.class)
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Clock.class, Random.class, Thread.class, ProcessHandle.class);

  @ArchTest
  static final ArchRule coresIterateInAnOrderThatIsTheSameInEveryRun =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .callMethod(Set.class, "copyOf", java.util.Collection.class)
          .orShould()
          .callMethod(Map.class, "copyOf", Map.class)
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(IdentityHashMap.class)
          .orShould()
          .dependOnClassesThat(type(HashMap.class).or(type(HashSet.class)));

  /** {@code Durations} says why. */
  @ArchTest
  static final ArchRule coresDoNotCountDurationsInBigDecimals =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .callMethod(Duration.class, "multipliedBy", long.class)
          .orShould()
          .callMethod(Duration.class, "dividedBy", long.class);

  @ArchTest
  static final ArchRule coresPrintNothing =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");
}
