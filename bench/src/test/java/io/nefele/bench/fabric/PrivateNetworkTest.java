package io.nefele.bench.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrivateNetworkTest {

  @Test
  void aCommandIsLeftAloneWhereNoNetworkCanBeMade() {
    PrivateNetwork none = new PrivateNetwork(List.of());
    assertEquals(List.of("true"), none.wrap(List.of("true")));
    assertTrue(none.method().contains("other programs' included"), none.method());
  }

  @Test
  void aCommandKeepsItsWordsInANetworkOfItsOwn() {
    List<String> wrapped = new PrivateNetwork(List.of("unshare", "-n")).wrap(List.of("a b", "$c"));
    assertEquals(List.of("unshare", "-n"), wrapped.subList(0, 2));
    assertEquals(List.of("sh", "a b", "$c"), wrapped.subList(wrapped.size() - 3, wrapped.size()));
  }
}
