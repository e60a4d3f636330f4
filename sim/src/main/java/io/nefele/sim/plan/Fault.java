package io.nefele.sim.plan;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something that is done to the fabric. Agents are named by their number, 0 to n-1; a fault that
 * makes no sense any more when its time comes (the agent is down already) does nothing, so that any
 * part of a plan is a plan.
 */
public sealed interface Fault {

  /** Which agents it names, so that a plan can be cut down to fewer agents. */
  SortedSet<Integer> agents();

  /** The agent starts for the first time; one without such a fault starts at the beginning. */
  record Start(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** The agent's process dies within its next step, {@code afterEffects} effects into it. */
  record Crash(int agent, Disk disk, int afterEffects) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** The whole server dies, with all processes on it. */
  record CrashServer(int agent, Disk disk) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** All servers in the agent's level-0 group die at once. */
  record CrashGroup(int agent, Disk disk) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** All servers of a datacenter die at once. */
  record CrashDatacenter(int datacenter, Disk disk) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return new TreeSet<>();
    }
  }

  /** Every agent that does not run starts again. */
  record RestartAll() implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return new TreeSet<>();
    }
  }

  /** A crashed agent starts again; without a disk it is somebody else then. */
  record Restart(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** The agent leaves in good order. */
  record Leave(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** The agent stands still; what comes for it waits. */
  record Pause(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  record Resume(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** The agent takes {@code factor} times as long for everything; 1 is its usual self. */
  record Slow(int agent, int factor) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** The server's wall clock is set to another time; an agent reads it when it starts. */
  record ClockJump(int agent, long millis) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** From now on the agent's clock runs fast (or slow) by so many parts in a million. */
  record ClockDrift(int agent, int partsPerMillion) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** A second copy of the server starts: the old life of the agent runs on beside the new one. */
  record Duplicate(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /**
   * Nothing gets from {@code from} to {@code to} any more. A cut with an odd number is that of a
   * firewall that refuses connections, any other that of a wire.
   *
   * @param cut the number under which it is healed
   */
  record Cut(int cut, SortedSet<Integer> from, SortedSet<Integer> to) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      SortedSet<Integer> all = new TreeSet<>(from);
      all.addAll(to);
      return all;
    }
  }

  record Heal(int cut) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return new TreeSet<>();
    }
  }

  /** What goes to the agent or comes from it is held back, in order. */
  record Clog(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  record Unclog(int agent) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  /** All links change their quality. */
  record Links(LinkQuality quality) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return new TreeSet<>();
    }
  }

  /** One process of the server, the {@code nth} of those that run, is killed. */
  record KillProcess(int agent, int nth) implements Fault {
    @Override
    public SortedSet<Integer> agents() {
      return only(agent);
    }
  }

  private static SortedSet<Integer> only(int agent) {
    return new TreeSet<>(List.of(agent));
  }
}
