package io.nefele.hierarchy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryPatienceTest {
  private final EntryPatience patience = new EntryPatience(Duration.ofSeconds(3));

  @Test
  void theWaitForAViewDoublesThreeTimesAndStaysThere() {
    List<Long> seconds = new ArrayList<>();
    for (int attempt = 0; attempt < 5; attempt++) {
      seconds.add(patience.now().toSeconds());
      patience.noViewCame();
    }

    assertEquals(List.of(3L, 6L, 12L, 24L, 24L), seconds);
  }

  @Test
  void aViewMakesItShortAgain() {
    patience.noViewCame();
    patience.viewCame();

    assertEquals(Duration.ofSeconds(3), patience.now());
  }
}
