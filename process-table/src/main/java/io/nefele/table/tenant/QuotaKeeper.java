package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The keeping side of quotas: counts what a tenant uses when somebody asks for more, and grants
 * from that count for as long as all agents are promised to this one. It so needs no news while a
 * tenant is idle. Before it refuses it counts anew, since processes end without its hearing of it.
 */
final class QuotaKeeper {
  /** How long a count may be granted from: less than the promises last, by clocks that differ. */
  private static final Duration GOOD_FOR = Keepers.LEASE.minusSeconds(2);

  /** How long one that has to wait for others' spawns does so. */
  private static final Duration WAIT = Duration.ofSeconds(3);

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(300);

  private final AgentId self;
  private final Supplier<SortedSet<AgentId>> present;
  private final Function<Name, Quota> quota;
  private final SortedMap<Name, QuotaAccount> accounts = new TreeMap<>();
  private final List<QuotaEffect> effects;

  QuotaKeeper(
      AgentId self,
      Supplier<SortedSet<AgentId>> present,
      Function<Name, Quota> quota,
      List<QuotaEffect> effects) {
    this.self = self;
    this.present = present;
    this.quota = quota;
    this.effects = effects;
  }

  void reserve(Instant now, AgentId from, QuotaMessage.Reserve reserve) {
    Name tenant = reserve.tenant();
    if (!Keepers.of(tenant, present.get()).equals(self)) {
      answer(from, new QuotaMessage.TryAgain(reserve.number(), "agents are just coming or going"));
      return;
    }
    if (!quota.apply(tenant).limits()) {
      // Whoever asks knows of one.
      answer(from, new QuotaMessage.TryAgain(reserve.number(), "its keeper has not heard of it"));
      return;
    }
    QuotaAccount account = accounts.computeIfAbsent(tenant, unused -> new QuotaAccount());
    account.waiting.add(new QuotaAccount.Waiting(from, reserve.number(), reserve.use(), now));
    look(now, tenant, account);
  }

  void settle(Instant now, AgentId from, QuotaMessage.Settled settled) {
    QuotaAccount account = accounts.get(settled.tenant());
    if (account != null) {
      account.settle(from, settled);
      look(now, settled.tenant(), account);
    }
  }

  void lookAgain(Instant now, Name tenant) {
    QuotaAccount account = accounts.get(tenant);
    if (account != null && !account.waiting.isEmpty()) {
      count(now, tenant, account);
    }
  }

  void counted(
      Instant now, Name tenant, SortedMap<AgentId, UseReport> reports, List<AgentId> missing) {
    QuotaAccount account = accounts.get(tenant);
    if (account == null) {
      return;
    }
    account.counting = false;
    Optional<String> gap = gap(reports, missing);
    if (gap.isPresent()) {
      account.countedAt = Optional.empty();
      List<QuotaAccount.Waiting> all = List.copyOf(account.waiting);
      account.waiting.clear();
      all.forEach(one -> answer(one.from(), new QuotaMessage.TryAgain(one.number(), gap.get())));
      return;
    }
    account.take(now, reports);
    look(now, tenant, account);
  }

  private Optional<String> gap(SortedMap<AgentId, UseReport> reports, List<AgentId> missing) {
    List<AgentId> silent = new ArrayList<>(missing);
    present.get().stream().filter(agent -> !reports.containsKey(agent)).forEach(silent::add);
    if (!silent.isEmpty()) {
      return Optional.of("no answer from agent " + silent.getFirst());
    }
    boolean all = reports.values().stream().allMatch(UseReport::bound);
    return all ? Optional.empty() : Optional.of("another agent has just kept it");
  }

  private void look(Instant now, Name tenant, QuotaAccount account) {
    account.expire(now);
    if (account.counting || account.waiting.isEmpty()) {
      return;
    }
    if (account.countedAt.filter(at -> at.plus(GOOD_FOR).isAfter(now)).isEmpty()) {
      count(now, tenant, account);
      return;
    }
    Instant countedAt = account.countedAt.get();
    List<QuotaAccount.Waiting> left = new ArrayList<>();
    boolean old = false;
    for (QuotaAccount.Waiting one : account.waiting) {
      Optional<String> excess = quota.apply(tenant).excess(account.used(), one.use());
      if (excess.isEmpty()) {
        account.hold(one, now);
        answer(one.from(), new QuotaMessage.Granted(one.number()));
      } else if (countedAt.isBefore(one.asked())) {
        old = true;
        left.add(one);
      } else if (account.isUncertain() && now.isBefore(one.asked().plus(WAIT))) {
        left.add(one);
      } else {
        answer(one.from(), new QuotaMessage.Exceeded(one.number(), excess.get()));
      }
    }
    account.waiting.clear();
    account.waiting.addAll(left);
    if (old) {
      count(now, tenant, account);
    } else if (!left.isEmpty()) {
      effects.add(new QuotaEffect.SetTimer(new QuotaTimer.LookAgain(tenant), LOOK_INTERVAL));
    }
  }

  private void count(Instant now, Name tenant, QuotaAccount account) {
    if (!account.counting) {
      account.counting = true;
      account.countingSince = now;
      effects.add(new QuotaEffect.Count(tenant));
    }
  }

  private void answer(AgentId to, QuotaMessage message) {
    effects.add(new QuotaEffect.Send(to, message));
  }
}
