package io.nefele.agent.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.core.RecentlyUsed;
import io.nefele.table.Filter;
import io.nefele.table.ProcessRow;
import io.nefele.table.RowView;
import io.nefele.wire.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Who is behind a name, and which of them comes first. */
final class Recipients {
  private static final Duration NAME_DEADLINE = Duration.ofSeconds(2);

  /** Of so many, the nearest, it is asked how much waits for them. */
  private static final int LOADS_ASKED_MAX = 16;

  /** Names whose turn is remembered. */
  private static final int TURNS_MAX = 10_000;

  private final FabricReport report;
  private final Directory directory;
  private final Loads loads;
  private final Owners owners;
  private final Outbox outbox;

  private final NamesHeard heard = new NamesHeard();

  /** How often one of a pool was chosen in its turn. */
  private final Map<Pool, Integer> turns = new RecentlyUsed<>(TURNS_MAX);

  private record Pool(Name tenant, Name name) {}

  /** Who has a name for itself. */
  interface Owners {
    Optional<ProcessId> of(Name tenant, Name name);
  }

  /** What to do with those that were found. */
  interface Found {
    /**
     * @param mailboxes those of live processes
     * @param missing the subtrees that did not answer, as people know them
     */
    void accept(List<ProcessId> mailboxes, List<String> missing);
  }

  /** The same, with what is known of them. */
  interface FoundRows {
    void accept(List<ProcessRow> rows, List<String> missing);
  }

  Recipients(FabricReport report, Directory directory, Loads loads, Owners owners, Outbox outbox) {
    this.owners = owners;
    this.report = report;
    this.directory = directory;
    this.loads = loads;
    this.outbox = outbox;
  }

  /** The time of the step in which they were found. */
  Instant now() {
    return outbox.now();
  }

  /**
   * The mailboxes with that name, or all of the tenant, by their ids. A name that a process has for
   * itself is that process alone, as long as it has not ended.
   */
  void all(Instant now, Name tenant, Optional<Name> name, Found then) {
    rows(now, tenant, name, (rows, missing) -> then.accept(ids(rows), missing));
  }

  /** The nearest of those with that name, if there is one. Nobody is asked if it is here. */
  void nearest(Instant now, Name tenant, Name name, Consumer<Optional<ProcessId>> then) {
    Comparator<ProcessId> nearestFirst =
        Comparator.comparing(report::distanceOf).thenComparing(Comparator.naturalOrder());
    Optional<ProcessId> here =
        owners.of(tenant, name).isPresent()
            ? Optional.empty()
            : directory.ownRows(tenant, name).stream()
                .filter(row -> row.state().isLive())
                .map(ProcessRow::id)
                .min(Comparator.naturalOrder());
    if (here.isPresent()) {
      then.accept(here);
    } else {
      all(
          now,
          tenant,
          Optional.of(name),
          (found, missing) -> then.accept(found.stream().min(nearestFirst)));
    }
  }

  /** Tells {@code then} whether one of those with that name is well. */
  void anyWell(Instant now, Name tenant, Name name, Consumer<Boolean> then) {
    rows(
        now,
        tenant,
        Optional.of(name),
        (rows, missing) -> then.accept(rows.stream().anyMatch(ProcessRow::isWell)));
  }

  private static List<ProcessId> ids(List<ProcessRow> rows) {
    return rows.stream().map(ProcessRow::id).toList();
  }

  /** As {@link #all}, with what is known of them. */
  void rows(Instant now, Name tenant, Optional<Name> name, FoundRows then) {
    Optional<ProcessId> owner = name.flatMap(its -> owners.of(tenant, its));
    if (owner.isEmpty()) {
      find(now, new Filter(Optional.of(tenant), Optional.empty(), name, true), then);
      return;
    }
    find(
        now,
        new Filter(Optional.of(tenant), owner, Optional.empty(), true),
        (found, missing) -> {
          if (found.isEmpty()) {
            find(outbox.now(), new Filter(Optional.of(tenant), Optional.empty(), name, true), then);
          } else {
            then.accept(found, missing);
          }
        });
  }

  private void find(Instant now, Filter filter, FoundRows then) {
    directory.ask(
        now,
        filter,
        report.reach(),
        NAME_DEADLINE,
        (rows, missing) -> then.accept(live(rows), missing));
  }

  private static List<ProcessRow> live(List<RowView> rows) {
    List<ProcessRow> live = new ArrayList<>();
    for (RowView view : rows) {
      if (view.row().state().isLive()) {
        live.add(view.row());
      }
    }
    return live;
  }

  /**
   * The mailboxes with that name, in the order in which they are to be tried: last those that are
   * not known to be well, such as one that has just been started and whose first check has not
   * succeeded yet.
   */
  void pool(Instant now, Name tenant, Address.Any wanted, Found then) {
    rows(
        now,
        tenant,
        Optional.of(wanted.name()),
        (rows, missing) -> {
          if (missing.isEmpty()) {
            heard.keep(now, tenant, wanted.name(), rows);
          }
          inOrder(tenant, wanted, rows, missing, then);
        });
  }

  /**
   * As {@link #pool}, but those of other groups perhaps as they were a moment ago. Whoever reaches
   * none of them asks anew.
   */
  void poolHeard(Instant now, Name tenant, Address.Any wanted, Found then) {
    Optional<List<ProcessRow>> before = heard.of(now, tenant, wanted.name());
    if (before.isEmpty()) {
      pool(now, tenant, wanted, then);
      return;
    }
    List<ProcessRow> rows =
        live(
            directory.known(
                now,
                new Filter(
                    Optional.of(tenant), Optional.empty(), Optional.of(wanted.name()), true)));
    Set<ProcessId> near = new TreeSet<>(ids(rows));
    for (ProcessRow row : before.get()) {
      if (!directory.answersFor(row.id().agent()) && near.add(row.id())) {
        rows.add(row);
      }
    }
    if (rows.isEmpty()) {
      pool(now, tenant, wanted, then);
    } else {
      inOrder(tenant, wanted, rows, List.of(), then);
    }
  }

  private void inOrder(
      Name tenant, Address.Any wanted, List<ProcessRow> rows, List<String> missing, Found then) {
    List<ProcessId> well = ids(rows.stream().filter(ProcessRow::isWell).toList());
    List<ProcessId> others = ids(rows.stream().filter(row -> !row.isWell()).toList());
    order(
        tenant,
        wanted,
        well,
        missing,
        (first, unused) ->
            order(
                tenant,
                wanted,
                others,
                missing,
                (last, same) -> {
                  List<ProcessId> all = new ArrayList<>(first);
                  all.addAll(last);
                  then.accept(all, missing);
                }));
  }

  private void order(
      Name tenant, Address.Any wanted, List<ProcessId> all, List<String> missing, Found then) {
    List<ProcessId> mailboxes = new ArrayList<>(all);
    mailboxes.sort(
        Comparator.comparing(report::distanceOf).thenComparing(Comparator.naturalOrder()));
    switch (wanted.choice()) {
      case Address.Choice.Nearest() -> then.accept(reachableFirst(mailboxes), missing);
      case Address.Choice.RoundRobin() -> {
        if (!mailboxes.isEmpty()) {
          mailboxes.sort(Comparator.naturalOrder());
          int turn = turns.merge(new Pool(tenant, wanted.name()), 1, (a, b) -> (a + b) & 0xFFFFFF);
          Collections.rotate(mailboxes, -(turn % mailboxes.size()));
        }
        then.accept(reachableFirst(mailboxes), missing);
      }
      case Address.Choice.Sticky(String key) -> {
        // Rendezvous hashing: when one goes, only its own keys go to others.
        mailboxes.sort(
            Comparator.comparingLong((ProcessId mailbox) -> weight(key, mailbox)).reversed());
        then.accept(reachableFirst(mailboxes), missing);
      }
      case Address.Choice.LeastLoaded() -> {
        if (mailboxes.size() < 2) {
          then.accept(mailboxes, missing);
          return;
        }
        List<ProcessId> asked = reachableFirst(mailboxes);
        loads.ask(
            outbox.now(),
            asked.subList(0, Math.min(LOADS_ASKED_MAX, asked.size())),
            pending -> {
              List<ProcessId> byLoad = new ArrayList<>(asked);
              byLoad.sort(
                  Comparator.comparingLong(
                      mailbox -> pending.getOrDefault(mailbox, Long.MAX_VALUE)));
              then.accept(byLoad, missing);
            });
      }
    }
  }

  private List<ProcessId> reachableFirst(List<ProcessId> mailboxes) {
    List<ProcessId> sorted = new ArrayList<>(mailboxes);
    sorted.sort(Comparator.comparing(mailbox -> !outbox.reaches(mailbox.agent())));
    return sorted;
  }

  private static long weight(String key, ProcessId mailbox) {
    return Hashing.murmur3_128().hashString(key + "\n" + mailbox, UTF_8).asLong();
  }
}
