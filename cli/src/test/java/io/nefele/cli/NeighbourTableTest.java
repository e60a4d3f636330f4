package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.lib.NefeleException;
import org.junit.jupiter.api.Test;

class NeighbourTableTest {
  @Test
  void moreAgentsThanTheKernelCanTellApartAreRefusedWithTheRemedy() {
    NefeleException refusal =
        assertThrows(NefeleException.class, () -> NeighbourTable.checkRoomFor(64, 1024));

    assertEquals(
        "up 64 --netns: the kernel's table of network neighbours has room for 1024, and so many"
            + " agents need 4032; make room with 'sysctl -w net.ipv4.neigh.default.gc_thresh3=8064',"
            + " or leave --netns out",
        refusal.getMessage());
  }

  @Test
  void asManyAsItHasRoomForAreNot() {
    assertDoesNotThrow(() -> NeighbourTable.checkRoomFor(32, 1024));
  }
}
