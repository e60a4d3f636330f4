package io.nefele.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Arrows go up the list of modules only; {@code ARCHITECTURE.md} says why. */
@AnalyzeClasses(packages = "io.nefele", importOptions = DoNotIncludeTests.class)
class DependencyDirectionTest {

  /** The modules' packages, each of which may know those before it. */
  private static final List<String> ORDER =
      List.of(
          "io.nefele.core..",
          "io.nefele.wire..",
          "io.nefele.gossip..",
          "io.nefele.hierarchy..",
          "io.nefele.table..",
          "io.nefele.mailbox..",
          "io.nefele.placement..",
          "io.nefele.agent..",
          "io.nefele.lib..",
          "io.nefele.shm..",
          "io.nefele.cli..",
          "io.nefele.sim..",
          "io.nefele.bench..");

  private static final String[] ADAPTERS = {
    "io.nefele.gossip.atomix..", "io.nefele.hierarchy.jgroups..", "io.nefele.mailbox.chronicle.."
  };

  @ArchTest static final ArchRule wireKnowsWhatStandsBeforeIt = upwardsOnly(1);
  @ArchTest static final ArchRule gossipKnowsWhatStandsBeforeIt = upwardsOnly(2);
  @ArchTest static final ArchRule hierarchyKnowsWhatStandsBeforeIt = upwardsOnly(3);
  @ArchTest static final ArchRule tableKnowsWhatStandsBeforeIt = upwardsOnly(4);
  @ArchTest static final ArchRule mailboxKnowsWhatStandsBeforeIt = upwardsOnly(5);
  @ArchTest static final ArchRule placementKnowsWhatStandsBeforeIt = upwardsOnly(6);
  @ArchTest static final ArchRule agentKnowsWhatStandsBeforeIt = upwardsOnly(7);

  @ArchTest
  static final ArchRule coreKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("io.nefele.core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(after(0));

  /** What programs link must start fast and drag nothing in. */
  @ArchTest
  static final ArchRule theClientKnowsTheProtocolOnly =
      noClasses()
          .that()
          .resideInAnyPackage("io.nefele.lib..", "io.nefele.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.nefele.gossip..",
              "io.nefele.hierarchy..",
              "io.nefele.table..",
              "io.nefele.mailbox..",
              "io.nefele.placement..",
              "io.nefele.agent..");

  @ArchTest
  static final ArchRule coresDoNotKnowTheirAdapters =
      noClasses()
          .that()
          .resideInAnyPackage(PurityTest.PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ADAPTERS)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.nefele.agent", "io.nefele.agent.api..", "io.nefele.agent.linux..");

  @ArchTest
  static final ArchRule onlyTheAgentWiresAdapters =
      classes()
          .that()
          .resideInAnyPackage(ADAPTERS)
          .should()
          .onlyBeAccessed()
          .byAnyPackage(
              "io.nefele.gossip.atomix..",
              "io.nefele.hierarchy.jgroups..",
              "io.nefele.mailbox.chronicle..",
              "io.nefele.agent",
              "io.nefele.shm..",
              "io.nefele.bench..");

  @ArchTest
  static final ArchRule namesSayWhatAClassIsFor =
      noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common)");

  private static ArchRule upwardsOnly(int index) {
    return noClasses()
        .that()
        .resideInAPackage(ORDER.get(index))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(after(index));
  }

  private static String[] after(int index) {
    return ORDER.subList(index + 1, ORDER.size()).toArray(String[]::new);
  }
}
