package io.nefele.sim.mutant;

import io.nefele.agent.core.AgentEffect;
import io.nefele.agent.core.AgentInput;
import io.nefele.agent.core.AgentMessage;
import io.nefele.agent.core.ClientToken;
import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Envelope;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What goes wrong with messages. */
final class MailboxSurgeries {
  /** A token that the core never gives; what the world answers to it is kept from the core. */
  private static final long OWN_TOKEN = -1;

  private MailboxSurgeries() {}

  private static boolean isOwn(AgentInput input) {
    return input instanceof AgentInput.MessageStored(long token, var refusal) && token == OWN_TOKEN;
  }

  static final class StoresOldAgain implements Surgery {
    private final Map<ProcessId, Map<AgentBoot, Envelope>> first = new TreeMap<>();

    @Override
    public List<AgentInput> input(AgentInput input) {
      return isOwn(input) ? List.of() : List.of(input);
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Store(long token, var mailbox, var envelope)) {
        Envelope old =
            first
                .computeIfAbsent(mailbox, box -> new TreeMap<>())
                .putIfAbsent(envelope.origin(), envelope);
        if (old != null) {
          return List.of(effect, new AgentEffect.Store(OWN_TOKEN, mailbox, old));
        }
      }
      return List.of(effect);
    }
  }

  static final class ForgetsDuplicates implements Surgery {
    @Override
    public List<AgentInput> input(AgentInput input) {
      return isOwn(input) ? List.of() : List.of(input);
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      return effect instanceof AgentEffect.Store(long token, var mailbox, var envelope)
          ? List.of(effect, new AgentEffect.Store(OWN_TOKEN, mailbox, envelope))
          : List.of(effect);
    }
  }

  static final class AcceptsWithoutStoring implements Surgery {
    private final List<AgentInput> confirmed = new ArrayList<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Store(long token, var mailbox, var envelope)) {
        confirmed.add(new AgentInput.MessageStored(token, Optional.empty()));
        return List.of();
      }
      return List.of(effect);
    }

    @Override
    public List<AgentInput> afterwards() {
      List<AgentInput> told = List.copyOf(confirmed);
      confirmed.clear();
      return told;
    }
  }

  /** Answers each taking with what the one before it took, if that was something. */
  static final class DeliversTwice implements Surgery {
    private Optional<Envelope> last = Optional.empty();

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input instanceof AgentInput.MessageTaken(long token, var envelope)) {
        Optional<Envelope> told =
            last.isPresent() && envelope.isPresent() && last.get().to().equals(envelope.get().to())
                ? last
                : envelope;
        last = envelope;
        return List.of(new AgentInput.MessageTaken(token, told));
      }
      return List.of(input);
    }
  }

  /** Tells a caller that gave up what it wants to hear. */
  static final class MakesUpReplies implements Surgery {
    private final Map<ClientToken, Request.Call> calls = new LinkedHashMap<>();

    @Override
    public List<AgentInput> input(AgentInput input) {
      if (input
          instanceof
          AgentInput.ClientAsked(var token, var caller, Request.Call call, var programs)) {
        calls.put(token, call);
      }
      return List.of(input);
    }

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect instanceof AgentEffect.Reply(var token, Response.Failed failed)
          && calls.containsKey(token)) {
        return List.of(
            new AgentEffect.Reply(
                token,
                new Response.Reply(
                    ProcessId.parse("aaaaaaaaaa.1.1"),
                    Bytes.utf8("done"),
                    "server",
                    0,
                    0,
                    List.of())));
      }
      return List.of(effect);
    }
  }

  /** Tells where a queue is also while messages wait at the agent that have to come before. */
  static final class TellsQueuesEarly implements Surgery {
    private final Map<ProcessId, String> paths = new LinkedHashMap<>();

    @Override
    public List<AgentEffect> effect(AgentEffect effect) {
      if (effect
          instanceof AgentEffect.Reply(var token, Response.SharedQueue(var mailbox, var path))) {
        if (path.isEmpty() && paths.containsKey(mailbox)) {
          return List.of(
              new AgentEffect.Reply(
                  token, new Response.SharedQueue(mailbox, paths.getOrDefault(mailbox, ""))));
        }
        paths.put(mailbox, path);
      }
      return List.of(effect);
    }
  }

  static Surgery keepsInterestsToItself() {
    return Surgery.muteOn(
        effect -> effect instanceof AgentEffect.Send(var to, AgentMessage.OfInterest interest));
  }
}
