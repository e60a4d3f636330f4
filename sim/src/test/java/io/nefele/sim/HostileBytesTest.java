package io.nefele.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.agent.core.AgentConfig;
import io.nefele.agent.core.AgentCore;
import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.AgentTimer;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Core;
import io.nefele.core.MalformedMessage;
import io.nefele.core.SeededStreams;
import io.nefele.gossip.GossipMessage;
import io.nefele.sim.plan.FaultProfile;
import io.nefele.sim.world.CoreFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Agents in the middle of a life of faults, shadowed by copies that hear of every message damaged
 * versions, too. What is no message any more must be refused by its codec; what still is one may
 * mislead the shadow, but never stop it.
 */
class HostileBytesTest {
  private static final int VERSIONS = 4;

  @Test
  void damagedMessagesAreRefusedOrMisleadButNeverStopAnAgent() {
    Tally tally = new Tally();
    for (long seed = 1; seed <= 6; seed++) {
      CoreFactory factory = (config, random) -> new Shadowed(config, random, tally);
      Outcome outcome =
          new Simulation(
                  FaultProfile.ROUGH.plan(seed, 7, 3, Duration.ofSeconds(40)),
                  factory,
                  true,
                  List.of())
              .run();
      assertEquals(Optional.empty(), outcome.violation(), () -> "seed " + outcome.plan().seed());
    }
    assertTrue(tally.refused > 10_000 && tally.heard > 10_000, tally::toString);
  }

  private static final class Tally {
    int refused;
    int heard;

    @Override
    public String toString() {
      return refused + " refused, " + heard + " heard";
    }
  }

  /** What the world sees is the agent itself; its shadow has a server that only it can see. */
  private static final class Shadowed implements Core<AgentInput, AgentEffect> {
    private final AgentCore core;
    private final AgentCore shadow;
    private final Map<AgentTimer, Instant> timers = new LinkedHashMap<>();
    private final RandomGenerator random;
    private final Tally tally;

    Shadowed(AgentConfig config, SeededStreams random, Tally tally) {
      this.core = new AgentCore(config, random);
      this.random = random.stream("damage");
      this.shadow = new AgentCore(config, new SeededStreams(this.random.nextLong()));
      this.tally = tally;
    }

    @Override
    public List<AgentEffect> step(Instant now, AgentInput input) {
      for (Optional<AgentTimer> due = due(now); due.isPresent(); due = due(now)) {
        timers.remove(due.get());
        mislead(now, new AgentInput.TimerFired(due.get()));
      }
      if (comesFromOutside(input)) {
        mislead(now, input);
        for (int i = 0; i < VERSIONS; i++) {
          damaged(input).ifPresent(hostile -> mislead(now, hostile));
        }
      }
      return core.step(now, input);
    }

    private Optional<AgentTimer> due(Instant now) {
      return timers.entrySet().stream()
          .filter(timer -> !timer.getValue().isAfter(now))
          .map(Map.Entry::getKey)
          .findFirst();
    }

    private static boolean comesFromOutside(AgentInput input) {
      return input instanceof AgentInput.Booted
          || input instanceof AgentInput.Discovered
          || input instanceof AgentInput.GossipArrived
          || input instanceof AgentInput.MessageArrived
          || input instanceof AgentInput.StreamRefused
          || input instanceof AgentInput.ViewInstalled
          || input instanceof AgentInput.ClientAsked
          || input instanceof AgentInput.ClientGone;
    }

    private void mislead(Instant now, AgentInput input) {
      for (AgentEffect effect : shadow.step(now, input)) {
        switch (effect) {
          case AgentEffect.SetTimer(var timer, var delay) -> timers.put(timer, now.plus(delay));
          case AgentEffect.CancelTimer(var timer) -> timers.remove(timer);
          case AgentEffect.Store store ->
              mislead(now, new AgentInput.MessageStored(store.token(), Optional.empty()));
          case AgentEffect.Take take ->
              mislead(now, new AgentInput.MessageTaken(take.token(), Optional.empty()));
          case AgentEffect.Spawn spawn ->
              mislead(
                  now,
                  spawn.gated()
                      ? new AgentInput.ProcessGated(spawn.process())
                      : new AgentInput.ProcessStarted(spawn.process()));
          case AgentEffect.Release(var processes) ->
              processes.forEach(id -> mislead(now, new AgentInput.ProcessStarted(id)));
          case AgentEffect.Abort(var processes) ->
              processes.forEach(
                  id ->
                      mislead(
                          now, new AgentInput.ProcessExited(id, new AgentInput.Ending(137, 1))));
          case AgentEffect.Signal(var process, int signal) ->
              mislead(
                  now,
                  new AgentInput.ProcessExited(process, new AgentInput.Ending(128 + signal, 1)));
          case AgentEffect.ReadLog read ->
              mislead(now, new AgentInput.LogRead(read.token(), Bytes.EMPTY, 0));
          default -> {}
        }
      }
    }

    private Optional<AgentInput> damaged(AgentInput input) {
      if (input instanceof AgentInput.GossipArrived(var from, var message)) {
        return damaged(GossipMessage.CODEC, message)
            .map(read -> new AgentInput.GossipArrived(from, read));
      }
      if (input instanceof AgentInput.MessageArrived(var from, var message)) {
        return damaged(AgentMessage.CODEC, message)
            .map(read -> new AgentInput.MessageArrived(from, read));
      }
      return Optional.empty();
    }

    private <T> Optional<T> damaged(Codec<T> codec, T message) {
      byte[] bytes = codec.toBytes(message).toArray();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        int place = random.nextInt(bytes.length);
        bytes[place] =
            switch (random.nextInt(4)) {
              case 0 -> (byte) 0;
              case 1 -> (byte) 0xff;
              case 2 -> (byte) (bytes[place] ^ 1 << random.nextInt(8));
              default -> (byte) random.nextInt();
            };
      }
      try {
        T read = codec.fromBytes(Bytes.wrap(bytes));
        tally.heard++;
        return Optional.of(read);
      } catch (MalformedMessage e) {
        tally.refused++;
        return Optional.empty();
      }
    }
  }
}
