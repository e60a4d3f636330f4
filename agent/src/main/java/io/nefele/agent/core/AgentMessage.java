package io.nefele.agent.core;

import io.nefele.agent.depot.DepotMessage;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.MalformedMessage;
import io.nefele.hierarchy.HierarchyMessage;
import io.nefele.hierarchy.relay.RelayMessage;
import io.nefele.mailbox.InterestMessage;
import io.nefele.mailbox.MailboxMessage;
import io.nefele.placement.PlacementMessage;
import io.nefele.table.HoldingsMessage;
import io.nefele.table.QueryMessage;
import io.nefele.table.TableMessage;
import io.nefele.table.history.HistoryMessage;
import io.nefele.table.tenant.QuotaMessage;
import io.nefele.table.tenant.RegistryMessage;

/** What agents tell each other beside gossip, to one agent or to a group. */
public sealed interface AgentMessage {

  record OfHierarchy(HierarchyMessage message) implements AgentMessage {}

  record OfTable(TableMessage message) implements AgentMessage {}

  record OfQuery(QueryMessage message) implements AgentMessage {}

  record OfMailbox(MailboxMessage message) implements AgentMessage {}

  record OfPlacement(PlacementMessage message) implements AgentMessage {}

  record OfErrand(ErrandMessage message) implements AgentMessage {}

  record OfRelay(RelayMessage message) implements AgentMessage {}

  record OfInterest(InterestMessage message) implements AgentMessage {}

  record OfRegistry(RegistryMessage message) implements AgentMessage {}

  record OfQuota(QuotaMessage message) implements AgentMessage {}

  record OfDepot(DepotMessage message) implements AgentMessage {}

  record OfOutside(OutsideMessage message) implements AgentMessage {}

  record OfHistory(HistoryMessage message) implements AgentMessage {}

  record OfPool(PoolMessage message) implements AgentMessage {}

  record OfDisruption(DisruptionMessage message) implements AgentMessage {}

  record OfHoldings(HoldingsMessage message) implements AgentMessage {}

  /** Whether it is large, and asked for again should it get lost. */
  default boolean isBulk() {
    return this instanceof OfDepot(DepotMessage.Chunk chunk);
  }

  Codec<AgentMessage> CODEC = Codec.of(AgentMessage::encode, AgentMessage::decode);

  private static void encode(AgentMessage message, Encoder out) {
    switch (message) {
      case OfHierarchy(var m) -> out.int8(1).put(HierarchyMessage.CODEC, m);
      case OfTable(var m) -> out.int8(2).put(TableMessage.CODEC, m);
      case OfQuery(var m) -> out.int8(3).put(QueryMessage.CODEC, m);
      case OfMailbox(var m) -> out.int8(4).put(MailboxMessage.CODEC, m);
      case OfPlacement(var m) -> out.int8(5).put(PlacementMessage.CODEC, m);
      case OfErrand(var m) -> out.int8(6).put(ErrandMessage.CODEC, m);
      case OfRelay(var m) -> out.int8(7).put(RelayMessage.CODEC, m);
      case OfInterest(var m) -> out.int8(8).put(InterestMessage.CODEC, m);
      case OfRegistry(var m) -> out.int8(20).put(RegistryMessage.CODEC, m);
      case OfQuota(var m) -> out.int8(21).put(QuotaMessage.CODEC, m);
      case OfDepot(var m) -> out.int8(110).put(DepotMessage.CODEC, m);
      case OfOutside(var m) -> out.int8(22).put(OutsideMessage.CODEC, m);
      case OfPool(var m) -> out.int8(23).put(PoolMessage.CODEC, m);
      case OfDisruption(var m) -> out.int8(24).put(DisruptionMessage.CODEC, m);
      case OfHoldings(var m) -> out.int8(25).put(HoldingsMessage.CODEC, m);
      case OfHistory(var m) -> out.int8(90).put(HistoryMessage.CODEC, m);
    }
  }

  private static AgentMessage decode(Decoder in) throws MalformedMessage {
    int part = in.int8();
    return switch (part) {
      case 1 -> new OfHierarchy(in.get(HierarchyMessage.CODEC));
      case 2 -> new OfTable(in.get(TableMessage.CODEC));
      case 3 -> new OfQuery(in.get(QueryMessage.CODEC));
      case 4 -> new OfMailbox(in.get(MailboxMessage.CODEC));
      case 5 -> new OfPlacement(in.get(PlacementMessage.CODEC));
      case 6 -> new OfErrand(in.get(ErrandMessage.CODEC));
      case 7 -> new OfRelay(in.get(RelayMessage.CODEC));
      case 8 -> new OfInterest(in.get(InterestMessage.CODEC));
      case 20 -> new OfRegistry(in.get(RegistryMessage.CODEC));
      case 21 -> new OfQuota(in.get(QuotaMessage.CODEC));
      case 110 -> new OfDepot(in.get(DepotMessage.CODEC));
      case 22 -> new OfOutside(in.get(OutsideMessage.CODEC));
      case 23 -> new OfPool(in.get(PoolMessage.CODEC));
      case 24 -> new OfDisruption(in.get(DisruptionMessage.CODEC));
      case 25 -> new OfHoldings(in.get(HoldingsMessage.CODEC));
      case 90 -> new OfHistory(in.get(HistoryMessage.CODEC));
      default -> throw in.malformed("no part of an agent has number " + part);
    };
  }
}
