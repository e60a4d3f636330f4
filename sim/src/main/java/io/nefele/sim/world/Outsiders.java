package io.nefele.sim.world;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.OutsideAddress;
import io.nefele.agent.core.OutsideOrder;
import io.nefele.agent.core.OutsideOutcome;
import io.nefele.core.Bytes;
import io.nefele.core.FabricName;
import io.nefele.sim.kernel.VirtualTime;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The world outside the fabric. Those who live there answer at once, when they like, too late,
 * break off, or refuse; one name leads to the very server that goes there, one nowhere.
 */
public final class Outsiders {
  /** Answers at once. */
  public static final String PROMPT = "prompt";

  /** Answers in time or not. */
  public static final String SLOW = "slow";

  /** Is heard of only when nobody waits any more, as where a thread hangs. */
  public static final String SILENT = "silent";

  /** Takes it and breaks the connection. */
  public static final String BREAKING = "breaking";

  /** Lets nobody connect. */
  public static final String CLOSED = "closed";

  /** Is a name for the server itself that looks it up. */
  public static final String INWARD = "inward";

  /** Nobody has that name. */
  public static final String NOBODY = "nobody";

  /** As {@link #PROMPT}; nothing lets a small tenant get there. */
  public static final String SECRET = "secret";

  /** Where all of them listen. */
  public static final int PORT = 7;

  /** A fabric that a small tenant may send to, wherever its gateways are. */
  static final FabricName FAR = new FabricName("far");

  /** One that it may not send to. */
  static final FabricName APART = new FabricName("apart");

  static final List<String> NAMES =
      List.of(PROMPT, SLOW, SILENT, BREAKING, CLOSED, INWARD, NOBODY, SECRET);

  private static final long LOOK_UP_NANOS_MAX = 20_000_000;
  private static final long PROMPT_NANOS = 10_000_000;
  private static final long CONNECT_MICROS = 5_000;
  private static final long MILLI_NANOS = 1_000_000;
  private static final int TAKEN_ONE_IN = 4;

  private final World world;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final SortedMap<String, OutsideAddress> places = new TreeMap<>();

  Outsiders(World world, VirtualTime time, RandomGenerator random) {
    this.world = world;
    this.time = time;
    this.random = random;
    for (int i = 0; i < NAMES.size(); i++) {
      String name = NAMES.get(i);
      boolean inward = name.equals(INWARD);
      byte[] address =
          inward ? new byte[] {127, 0, 0, 1} : new byte[] {(byte) 203, 0, 113, (byte) (i + 1)};
      if (!name.equals(NOBODY)) {
        places.put(name, new OutsideAddress(Bytes.wrap(address), name + "'s", inward));
      }
    }
  }

  /** Whose hosts are the gateways of that fabric. */
  static List<String> gatewaysOf(FabricName fabric) {
    return fabric.equals(FAR)
        ? List.of(CLOSED, SLOW, INWARD, BREAKING, NOBODY, PROMPT)
        : List.of(CLOSED, SECRET);
  }

  /** What comes back from whoever answers. */
  public static String replyTo(long number) {
    return "from outside to " + number;
  }

  void lookUp(Life life, AgentEffect.LookUp look) {
    OutsideAddress address = places.get(look.host());
    List<OutsideAddress> found = address == null ? List.of() : List.of(address);
    time.after(
        random.nextLong(LOOK_UP_NANOS_MAX),
        () -> world.give(life, new AgentInput.LookedUp(look.token(), found)));
  }

  void go(Life life, AgentEffect.GoOutside order) {
    long timeout = order.timeoutMillis() * MILLI_NANOS;
    long needs =
        switch (order.to().host()) {
          case SLOW -> random.nextLong(2 * timeout);
          case SILENT -> 3 * timeout;
          default -> PROMPT_NANOS;
        };
    boolean late = needs >= timeout && !order.to().host().equals(SILENT);
    OutsideOutcome outcome =
        switch (order.to().host()) {
          case CLOSED -> new OutsideOutcome.Refused("no connection");
          case BREAKING -> new OutsideOutcome.Unanswered("the connection broke");
          default ->
              late
                  ? new OutsideOutcome.Unanswered("no answer in time")
                  : new OutsideOutcome.Done(reply(order), CONNECT_MICROS);
        };
    if (!(outcome instanceof OutsideOutcome.Refused)) {
      world
          .clients()
          .outsideCallers()
          .asked(Long.parseLong(order.payload().utf8()))
          .mayHaveTaken(order.to().host());
    }
    time.after(
        late ? timeout : needs,
        () -> world.give(life, new AgentInput.CameBack(order.token(), outcome)));
  }

  /** A port is free as a rule. */
  void listen(Life life, int port) {
    time.after(
        PROMPT_NANOS,
        () ->
            world.give(
                life,
                random.nextInt(TAKEN_ONE_IN) == 0
                    ? new AgentInput.ListenFailed(port, "port " + port + " is in use")
                    : new AgentInput.Listening(port)));
  }

  private static Bytes reply(AgentEffect.GoOutside order) {
    return order.kind() == OutsideOrder.Kind.CALL
        ? Bytes.utf8(replyTo(Long.parseLong(order.payload().utf8())))
        : Bytes.EMPTY;
  }
}
