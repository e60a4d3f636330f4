package io.nefele.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.SeededStreams;
import io.nefele.placement.PlacementEffect.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintTest {
  private final PlacementWorld world =
      new PlacementWorld(6, new SeededStreams(1).stream("network"), ConstraintTest::zoneOf);

  /** Two servers in each of three zones. */
  private static ServerFacts zoneOf(int server) {
    SortedMap<String, String> labels =
        new TreeMap<>(Map.of("zone", List.of("a", "b", "c").get((server - 1) / 2)));
    return new ServerFacts(labels, "", ServerFacts.Policy.SPREAD);
  }

  private static Component component(int count, String name, String... constraints) {
    return new Component(
        new ProcessTemplate(
            new Name("tenant"),
            Optional.of(new Name(name)),
            new Resources(500, 64),
            List.of("tier=" + name),
            List.of(constraints).stream().map(Constraint::parse).toList(),
            List.of(),
            "/",
            List.of("sleep", "9")),
        count);
  }

  private List<ProcessId> place(long token, Component... components) {
    world.request(1, token, List.of(components));
    world.run();
    return world.placed(token);
  }

  /** How many of {@code processes} are in each zone. */
  private static SortedMap<String, Integer> zones(List<ProcessId> processes) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (ProcessId process : processes) {
      int server = (int) process.agent().value();
      counts.merge(String.valueOf(zoneOf(server).labels().get("zone")), 1, Integer::sum);
    }
    return counts;
  }

  private static long servers(List<ProcessId> processes) {
    return processes.stream().map(ProcessId::agent).distinct().count();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constraint zone=a",
        "constraint zone!=a,prefer=3",
        "affinity web",
        "affinity tier=front@zone",
        "anti-affinity web@group,prefer=1",
        "spread zone",
        "spread server=2",
      })
  void whatIsParsedIsWrittenTheSame(String text) {
    assertEquals(text, Constraint.parse(text).text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zone=a",
        "constraint zone",
        "constraint zone=a@group",
        "affinity",
        "affinity =x",
        "spread zone=0",
        "spread zone@a",
        "affinty web",
        "affinity web,prefer=0",
        "constraint zone=a;b",
      })
  void whatIsNoConstraintIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Constraint.parse(text));
  }

  @Test
  void onlyServersWithTheLabelAreTaken() {
    assertEquals(Map.of("b", 4), zones(place(1, component(4, "web", "constraint zone=b"))));
    assertEquals(
        Set.of("a", "c"), zones(place(2, component(4, "web", "constraint zone!=b"))).keySet());
  }

  @Test
  void processesAreSpreadEvenlyOverDomains() {
    assertEquals(
        Map.of("a", 3, "b", 3, "c", 3), zones(place(1, component(9, "web", "spread zone"))));
    assertEquals(6, servers(place(2, component(6, "api", "spread server"))));
  }

  @Test
  void atMostSoManyAreInADomain() {
    assertEquals(3, place(1, component(3, "web", "spread zone=1")).size());
    assertEquals(0, place(2, component(4, "web", "spread zone=1")).size());
    assertTrue(world.refused.get(2L) instanceof Refusal.NoRoom);
  }

  @Test
  void processesThatAvoidEachOtherAreOnServersOfTheirOwn() {
    assertEquals(6, servers(place(1, component(6, "web", "anti-affinity web"))));
    assertEquals(0, place(2, component(1, "web", "anti-affinity web")).size());
    String why = world.noRoom(2).lacking();
    assertTrue(why.contains("does not meet 'anti-affinity web'"), why);
  }

  @Test
  void processesComeToThoseThatTheyWantToBeNear() {
    ProcessId first = place(1, component(1, "db")).getFirst();
    List<ProcessId> near = place(2, component(3, "web", "affinity db"));
    assertEquals(List.of(first.agent()), near.stream().map(ProcessId::agent).distinct().toList());
    assertEquals(0, place(3, component(1, "web", "affinity nobody")).size());
  }

  @Test
  void componentsOfOneRequestReferToEachOther() {
    List<ProcessId> placed =
        place(
            1,
            component(2, "web", "affinity tier=db@zone", "anti-affinity db"),
            component(2, "db", "anti-affinity db@zone"));
    assertEquals(4, placed.size());
    assertEquals(2, zones(placed.subList(2, 4)).size());
    assertTrue(
        zones(placed.subList(2, 4)).keySet().containsAll(zones(placed.subList(0, 2)).keySet()));
    assertEquals(
        0,
        placed.subList(0, 2).stream()
            .filter(web -> placed.subList(2, 4).stream().anyMatch(db -> at(db).equals(at(web))))
            .count());
  }

  private static AgentId at(ProcessId process) {
    return process.agent();
  }

  @Test
  void whatIsPreferredIsTakenByItsWeightAndGivenUpIfItMustBe() {
    assertEquals(
        Map.of("c", 2),
        zones(
            place(
                1, component(2, "web", "constraint zone=c,prefer=2", "constraint zone=a,prefer"))));
    assertEquals(2, place(2, component(2, "web", "constraint zone=z,prefer")).size());
  }

  @Test
  void thoseThatComeLaterMayNotBreakWhatARequestKeptApart() {
    List<ProcessId> placed = place(1, component(1, "a", "anti-affinity b@zone"), component(5, "b"));
    assertEquals(6, placed.size());
    String zone = zones(placed.subList(0, 1)).firstKey();
    assertEquals(Set.of(zone), disjoint(zones(placed.subList(1, 6)), zone));
  }

  private static Set<String> disjoint(SortedMap<String, Integer> zones, String other) {
    return zones.containsKey(other) ? zones.keySet() : Set.of(other);
  }

  @Test
  void customResourcesAreGivenOutOnlyWhereTheyAre() {
    world.give(4, new Resources(4000, 4096, new TreeMap<>(Map.of("gpu", 2L))));
    ProcessTemplate plain = PlacementWorld.template(100, 64);
    ProcessTemplate gpu =
        new ProcessTemplate(
            plain.tenant(),
            plain.name(),
            new Resources(100, 64, new TreeMap<>(Map.of("gpu", 1L))),
            List.of(),
            List.of(),
            List.of(),
            "/",
            plain.command());
    List<ProcessId> placed = place(1, new Component(gpu, 2));
    assertEquals(2, placed.size());
    assertEquals(
        List.of(new AgentId(4)), placed.stream().map(ProcessId::agent).distinct().toList());
    assertEquals(0, place(2, new Component(gpu, 1)).size());
    assertTrue(world.noRoom(2).lacking().contains("gpu"), () -> world.refused.toString());
  }
}
