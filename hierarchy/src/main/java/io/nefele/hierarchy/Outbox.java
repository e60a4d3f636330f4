package io.nefele.hierarchy;

import io.nefele.core.AgentBoot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The effects of the step that is being taken, and its time. */
final class Outbox {
  private Instant now = Instant.MIN;
  private List<HierarchyEffect> effects = new ArrayList<>();

  void begin(Instant stepTime) {
    now = stepTime;
    effects = new ArrayList<>();
  }

  List<HierarchyEffect> end() {
    return List.copyOf(effects);
  }

  Instant now() {
    return now;
  }

  void open(GroupId group, List<AgentBoot> contacts) {
    effects.add(new HierarchyEffect.OpenGroup(group, contacts));
  }

  void close(GroupId group, String why) {
    effects.add(new HierarchyEffect.CloseGroup(group));
    tell(HierarchyEvent.Kind.CLOSED, group, why);
  }

  void send(AgentBoot to, HierarchyMessage message) {
    effects.add(new HierarchyEffect.Send(to, message));
  }

  void set(HierarchyTimer timer, Duration delay) {
    effects.add(new HierarchyEffect.SetTimer(timer, delay));
  }

  void cancel(HierarchyTimer timer) {
    effects.add(new HierarchyEffect.CancelTimer(timer));
  }

  void advertise(List<GroupAdvert> adverts) {
    effects.add(new HierarchyEffect.Advertise(adverts));
  }

  void tell(HierarchyEvent.Kind kind, GroupId group, String why) {
    effects.add(new HierarchyEffect.Told(new HierarchyEvent(kind, group, why)));
  }
}
