package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentId;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.placement.Resources;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.table.tenant.UseReport;
import java.util.List;
import java.util.Optional;

/** What all agents may be asked over the hierarchy. */
sealed interface FabricQuestion {

  /** Are you there, and what have you free? */
  record Status() implements FabricQuestion {}

  /** What did you do in your groups since that time of your wall clock? */
  record Events(long sinceMillis) implements FabricQuestion {}

  /** How did you place that process of that tenant? */
  record Placing(Name tenant, ProcessId process) implements FabricQuestion {}

  /** What does that tenant use at your server, and whom do you take for the keeper of its quota? */
  record UseOf(Name tenant, AgentId asker) implements FabricQuestion {}

  /** What does each tenant use at your server? */
  record AllUse() implements FabricQuestion {}

  /** What happened to processes, of one tenant or of all, since that time of your wall clock? */
  record ProcessEventsSince(Optional<Name> tenant, long sinceMillis) implements FabricQuestion {}

  /** Take that over if it is newer than what you know; what do you know then? */
  record Claiming(RegistryEntry entry) implements FabricQuestion {}

  /** Have you all of that bundle? */
  record Holding(BundleKey key) implements FabricQuestion {}

  Codec<FabricQuestion> CODEC = Codec.of(FabricQuestion::encode, FabricQuestion::decode);

  private static void encode(FabricQuestion question, Encoder out) {
    switch (question) {
      case Status() -> out.int8(1);
      case Events(long sinceMillis) -> out.int8(2).int64(sinceMillis);
      case Placing(var tenant, var process) ->
          out.int8(3).put(Name.CODEC, tenant).put(ProcessId.CODEC, process);
      case UseOf(var tenant, var asker) ->
          out.int8(20).put(Name.CODEC, tenant).int64(asker.value());
      case AllUse() -> out.int8(21);
      case ProcessEventsSince(var tenant, long sinceMillis) ->
          out.int8(22).optional(Name.CODEC, tenant).int64(sinceMillis);
      case Claiming(var entry) -> out.int8(23).put(RegistryEntry.CODEC, entry);
      case Holding(var key) -> out.int8(110).put(BundleKey.CODEC, key);
    }
  }

  private static FabricQuestion decode(Decoder in) throws MalformedMessage {
    int type = in.int8();
    return switch (type) {
      case 1 -> new Status();
      case 2 -> new Events(in.int64());
      case 3 -> new Placing(in.get(Name.CODEC), in.get(ProcessId.CODEC));
      case 20 -> new UseOf(in.get(Name.CODEC), in.get(AgentId.CODEC));
      case 21 -> new AllUse();
      case 22 -> new ProcessEventsSince(in.optional(Name.CODEC), in.int64());
      case 23 -> new Claiming(in.get(RegistryEntry.CODEC));
      case 110 -> new Holding(in.get(BundleKey.CODEC));
      default -> throw in.malformed("no question has type " + type);
    };
  }

  /** What one agent answers. */
  sealed interface Reply {

    record Free(Resources free) implements Reply {}

    record Told(List<LoggedEvent> events) implements Reply {}

    /** What was decided; nothing if it was not asked here, or long ago. */
    record Placed(Optional<Decisions.Made> made) implements Reply {}

    record Used(UseReport report) implements Reply {}

    /**
     * @param tenants those with live processes, and what they use
     */
    record UsedByAll(List<TenantUse> tenants) implements Reply {}

    record Happened(List<ProcessEvent> events) implements Reply {}

    record Held(RegistryEntry entry) implements Reply {}

    record Holds(boolean whole) implements Reply {}

    /** The question is of another version of this. */
    record NotUnderstood() implements Reply {}

    Codec<Reply> CODEC = Codec.of(Reply::encode, Reply::decode);

    private static void encode(Reply reply, Encoder out) {
      switch (reply) {
        case Free(var free) -> out.int8(1).put(Resources.CODEC, free);
        case Told(var events) -> out.int8(2).list(LoggedEvent.CODEC, events);
        case NotUnderstood() -> out.int8(3);
        case Placed(var made) -> out.int8(4).optional(Decisions.Made.CODEC, made);
        case Used(var report) -> out.int8(20).put(UseReport.CODEC, report);
        case Happened(var events) -> out.int8(22).list(ProcessEvent.CODEC, events);
        case Held(var entry) -> out.int8(23).put(RegistryEntry.CODEC, entry);
        case UsedByAll(var tenants) -> out.int8(21).list(TenantUse.CODEC, tenants);
        case Holds(boolean whole) -> out.int8(110).bool(whole);
      }
    }

    private static Reply decode(Decoder in) throws MalformedMessage {
      int type = in.int8();
      return switch (type) {
        case 1 -> new Free(in.get(Resources.CODEC));
        case 2 -> new Told(in.list(LoggedEvent.CODEC));
        case 3 -> new NotUnderstood();
        case 4 -> new Placed(in.optional(Decisions.Made.CODEC));
        case 20 -> new Used(in.get(UseReport.CODEC));
        case 22 -> new Happened(in.list(ProcessEvent.CODEC));
        case 21 -> new UsedByAll(in.list(TenantUse.CODEC));
        case 110 -> new Holds(in.bool());
        case 23 -> new Held(in.get(RegistryEntry.CODEC));
        default -> throw in.malformed("no reply has type " + type);
      };
    }
  }
}
