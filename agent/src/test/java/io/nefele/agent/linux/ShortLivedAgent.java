package io.nefele.agent.linux;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** An agent in a JVM of its own, to be killed: it starts one process, says its pid and waits. */
final class ShortLivedAgent {
  private ShortLivedAgent() {}

  public static void main(String[] arguments) throws Exception {
    InitFixture init = new InitFixture(Path.of(arguments[0]));
    init.spawn(1, "sleep", "1000");
    System.out.println(init.told.started(1).linuxPid());
    new CountDownLatch(1).await();
  }
}
