package io.nefele.sim.world;

import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentTimer;

/**
 * A timer that runs; one that was replaced or cancelled is still in the queue, and does nothing.
 */
final class ArmedTimer implements Runnable {
  private final World world;
  private final Life life;
  private final AgentTimer timer;

  ArmedTimer(World world, Life life, AgentTimer timer) {
    this.world = world;
    this.life = life;
    this.timer = timer;
  }

  @Override
  public void run() {
    if (life.timers.remove(timer, this)) {
      world.give(life, new AgentInput.TimerFired(timer));
    }
  }
}
