package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void everyStartIsTheNextBootOfTheSameAgent() throws Exception {
    StateDirectory first = StateDirectory.open(directory);
    first.close();
    StateDirectory second = StateDirectory.open(directory);
    second.close();
    assertEquals(first.boot().agent(), second.boot().agent());
    assertEquals(1, first.boot().epoch());
    assertEquals(2, second.boot().epoch());
  }

  @Test
  void aDirectoryInUseIsRefusedByName() throws Exception {
    try (StateDirectory held = StateDirectory.open(directory)) {
      StartFailure refusal =
          assertThrows(StartFailure.class, () -> StateDirectory.open(held.path()));
      assertTrue(refusal.toString().contains(directory.toString()), refusal::toString);
    }
  }

  @Test
  void aCopyOfADirectoryIsRefusedUntilItIsTakenForTheOriginal() throws Exception {
    Path original = directory.resolve("original");
    StateDirectory.open(original).close();
    Path copy = Files.createDirectory(directory.resolve("copy"));
    for (String name : List.of("identity", "place")) {
      Files.copy(original.resolve(name), copy.resolve(name));
    }
    StartFailure refusal = assertThrows(StartFailure.class, () -> StateDirectory.open(copy));
    assertTrue(refusal.toString().contains(copy + " was copied or moved"), refusal::toString);
    Files.delete(copy.resolve("place"));
    try (StateDirectory moved = StateDirectory.open(copy)) {
      assertEquals(2, moved.boot().epoch());
    }
  }

  @Test
  void aDamagedIdentityIsNotReplacedInSilence() throws IOException {
    Files.writeString(directory.resolve("identity"), "garbage\n");
    StartFailure refusal = assertThrows(StartFailure.class, () -> StateDirectory.open(directory));
    assertTrue(refusal.toString().contains("is damaged"), refusal::toString);
    assertEquals("garbage\n", Files.readString(directory.resolve("identity")));
  }
}
