package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** What this agent wants to place: asks the keepers for it, and tells them what became of it. */
final class QuotaRequests {
  /** How long it is tried to get an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Duration ANSWER_PATIENCE = Duration.ofMillis(4_500);
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** How long a server may take to count what it runs; a keeper that is new asks for these. */
  private static final Duration REMEMBERED = Duration.ofSeconds(30);

  private final Supplier<SortedSet<AgentId>> present;
  private final Function<Name, Quota> quota;
  private final Map<Long, Wish> wishes = new LinkedHashMap<>();
  private final List<Done> done = new ArrayList<>();
  private final List<QuotaEffect> effects;
  private long lastNumber;

  private static final class Wish {
    final Name tenant;
    final Use use;

    /** When it is given up; once granted, when it can no longer be under way. */
    Instant until;

    long number;
    AgentId keeper;
    boolean granted;
    String why = "no answer from the agent that keeps it";

    Wish(Name tenant, Use use, Instant until, AgentId keeper) {
      this.tenant = tenant;
      this.use = use;
      this.until = until;
      this.keeper = keeper;
    }
  }

  private record Done(Instant at, Name tenant, UseReport.Placed placed) {}

  QuotaRequests(
      Supplier<SortedSet<AgentId>> present,
      Function<Name, Quota> quota,
      List<QuotaEffect> effects) {
    this.present = present;
    this.quota = quota;
    this.effects = effects;
  }

  void want(Instant now, QuotaInput.Wanted wanted) {
    if (!quota.apply(wanted.tenant()).limits()) {
      effects.add(new QuotaEffect.Admitted(wanted.token()));
      return;
    }
    AgentId keeper = Keepers.of(wanted.tenant(), present.get());
    Wish wish = new Wish(wanted.tenant(), wanted.use(), now.plus(PATIENCE), keeper);
    wishes.put(wanted.token(), wish);
    ask(wanted.token(), wish);
  }

  private void ask(long token, Wish wish) {
    wish.keeper = Keepers.of(wish.tenant, present.get());
    wish.number = ++lastNumber;
    effects.add(
        new QuotaEffect.Send(
            wish.keeper, new QuotaMessage.Reserve(wish.number, wish.tenant, wish.use)));
    setTimer(token, ANSWER_PATIENCE);
  }

  void granted(Instant now, AgentId from, long number) {
    for (var entry : wishes.entrySet()) {
      Wish wish = entry.getValue();
      if (wish.number == number && wish.keeper.equals(from) && !wish.granted) {
        wish.granted = true;
        wish.until = now.plus(QuotaAccount.HOLD);
        cancelTimer(entry.getKey());
        effects.add(new QuotaEffect.Admitted(entry.getKey()));
        return;
      }
    }
    // Nobody waits for it any more; the keeper finds out when it next counts.
  }

  void exceeded(AgentId from, long number, String reason) {
    for (var entry : List.copyOf(wishes.entrySet())) {
      Wish wish = entry.getValue();
      if (wish.number == number && wish.keeper.equals(from) && !wish.granted) {
        cancelTimer(entry.getKey());
        refuse(entry.getKey(), "the quota of tenant '" + wish.tenant + "' is reached: " + reason);
      }
    }
  }

  void putOff(AgentId from, long number, String reason) {
    wishes.forEach(
        (token, wish) -> {
          if (wish.number == number && wish.keeper.equals(from) && !wish.granted) {
            wish.why = reason;
            setTimer(token, PAUSE);
          }
        });
  }

  void askAgain(Instant now, long token) {
    Wish wish = wishes.get(token);
    if (wish == null || wish.granted) {
      return;
    }
    if (now.isBefore(wish.until)) {
      ask(token, wish);
    } else {
      refuse(
          token,
          "what tenant '" + wish.tenant + "' uses of its quota can't be told now: " + wish.why);
    }
  }

  void placed(Instant now, QuotaInput.Placed placed) {
    Wish wish = wishes.remove(placed.token());
    if (wish == null) {
      return;
    }
    placed.processes().forEach(one -> done.add(new Done(now, wish.tenant, one)));
    forgetOld(now);
    // Whoever keeps it now: the one that granted may be gone.
    effects.add(
        new QuotaEffect.Send(
            Keepers.of(wish.tenant, present.get()),
            new QuotaMessage.Settled(wish.number, wish.tenant, placed.processes())));
  }

  List<UseReport.Open> open(Instant now, Name tenant) {
    // Of one whose client went away nobody may tell the outcome.
    wishes.values().removeIf(wish -> wish.granted && wish.until.isBefore(now));
    return wishes.values().stream()
        .filter(wish -> wish.tenant.equals(tenant))
        .map(wish -> new UseReport.Open(wish.number, wish.use, wish.granted))
        .toList();
  }

  /** What has been placed so lately that its server may not have told of it. */
  List<UseReport.Placed> lately(Instant now, Name tenant) {
    forgetOld(now);
    return done.stream().filter(each -> each.tenant.equals(tenant)).map(Done::placed).toList();
  }

  private void forgetOld(Instant now) {
    done.removeIf(each -> each.at.isBefore(now.minus(REMEMBERED)));
  }

  private void refuse(long token, String reason) {
    wishes.remove(token);
    effects.add(new QuotaEffect.Refused(token, reason));
  }

  private void setTimer(long token, Duration delay) {
    effects.add(new QuotaEffect.SetTimer(new QuotaTimer.AskAgain(token), delay));
  }

  private void cancelTimer(long token) {
    effects.add(new QuotaEffect.CancelTimer(new QuotaTimer.AskAgain(token)));
  }
}
