package io.nefele.sim.check;

import io.nefele.agent.core.AgentEffect;
import io.nefele.core.AgentBoot;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.sim.world.Clients;
import io.nefele.sim.world.Correspondents;
import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.Watcher;
import io.nefele.sim.world.World;
import io.nefele.wire.Response;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Invariants B1 to B5: each sender's messages in order, once, and none confirmed that is lost; and
 * B8: names lead to who has them.
 */
public final class MailboxChecker implements Watcher {
  private record Stream(int place, ProcessId mailbox, AgentBoot origin) {}

  private final Supplier<World> world;

  /** Looked up, never iterated. */
  private final Map<Stream, Long> lastStored = new HashMap<>();

  /** Looked up, never iterated. */
  private final Set<String> stored = new HashSet<>();

  public MailboxChecker(Supplier<World> world) {
    this.world = world;
  }

  @Override
  public void effect(Life life, AgentEffect effect) {
    if (effect instanceof AgentEffect.Store(long token, var mailbox, Envelope envelope)) {
      stored(life, mailbox, envelope);
    }
  }

  /** B1 and B2. */
  private void stored(Life life, ProcessId mailbox, Envelope envelope) {
    Stream stream = new Stream(life.place(), mailbox, envelope.origin());
    long last = lastStored.getOrDefault(stream, 0L);
    if (envelope.sequence() == last) {
      throw new Violation("B2", life + " stores message " + last + " of " + stream + " again");
    }
    if (envelope.sequence() < last) {
      throw new Violation(
          "B1", life + " stores " + envelope.sequence() + " after " + last + " in " + stream);
    }
    lastStored.put(stream, envelope.sequence());
    stored.add(envelope.payload().utf8());
  }

  /** B3: whatever a sender was told is stored was stored; B4: nothing is taken twice. */
  public Optional<Violation> atRest() {
    Clients clients = world.get().clients();
    for (long number : clients.letters().confirmed()) {
      if (!stored.contains(Long.toString(number))) {
        return Optional.of(new Violation("B3", "message " + number + " is confirmed, not stored"));
      }
    }
    Set<Long> taken = new HashSet<>();
    for (long number : clients.letters().received()) {
      if (!taken.add(number)) {
        return Optional.of(new Violation("B4", "message " + number + " was taken twice"));
      }
      if (!stored.contains(Long.toString(number))) {
        return Optional.of(new Violation("B4", "message " + number + " was taken, never stored"));
      }
    }
    return calls(clients.correspondents());
  }

  /** B8, of a message to a name that somebody has. */
  public static Optional<Violation> answeredByName(Life life, Response response) {
    return response instanceof Response.Done
        ? Optional.empty()
        : Optional.of(new Violation("B8", life + " can't send to a name: " + response));
  }

  /** B5: only a reply of who was asked makes a call succeed. */
  private static Optional<Violation> calls(Correspondents correspondents) {
    for (Correspondents.Called call : correspondents.answered()) {
      if (!correspondents.hasReplied(call.by(), call.number())
          || !call.reply().equals(Correspondents.replyTo(call.number()))) {
        return Optional.of(
            new Violation("B5", call + " was answered, and " + call.by() + " never replied"));
      }
    }
    return Optional.empty();
  }
}
