package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StartOrderTest {
  private final StartOrder order = new StartOrder();

  @Test
  void namesThatFollowEachOther_andMeetAgain_areNoCircle() {
    add("web", "db", "cache");
    add("db", "disk");
    add("cache", "disk");

    assertEquals(Optional.empty(), order.circle());
  }

  @Test
  void circle_isToldWithoutThoseThatOnlyWaitForIt() {
    add("a", "web");
    add("web", "db");
    add("db", "cache", "web");

    assertEquals(
        Optional.of("none of these would ever start: 'web' starts after 'db' starts after 'web'"),
        order.circle());
  }

  @Test
  void nameThatWaitsForItself_isACircle() {
    add("web", "web");

    assertEquals(
        Optional.of("none of these would ever start: 'web' starts after 'web'"), order.circle());
  }

  private void add(String name, String... others) {
    order.add(new Name(name), Stream.of(others).map(Name::new).toList());
  }

  @Test
  void tooManyNames_areRefused() {
    List<Name> many = Stream.iterate(1, i -> i + 1).limit(33).map(i -> new Name("n" + i)).toList();

    assertEquals(
        "a process starts after 32 names at most, not 33",
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalArgumentException.class, () -> Lifecycle.ONCE.after(many))
            .getMessage());
  }
}
