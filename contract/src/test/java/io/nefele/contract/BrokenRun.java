package io.nefele.contract;

import io.nefele.contract.GroupEvent.Closed;
import io.nefele.contract.GroupEvent.Crashed;
import io.nefele.contract.GroupEvent.Delivered;
import io.nefele.contract.GroupEvent.Installed;
import io.nefele.contract.GroupEvent.Received;
import io.nefele.core.AgentBoot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What a run would look like had the transport one certain fault, and the rule that it breaks. */
enum BrokenRun {
  SWAPS_TWO_BROADCASTS_OF_ONE_SENDER(Rule.FIFO_BROADCASTS, BrokenRun::swapBroadcasts),
  LOSES_A_BROADCAST_BETWEEN_OTHERS(Rule.FIFO_BROADCASTS, run -> without(run, middleBroadcast(run))),
  LOSES_THE_LAST_BROADCAST(
      Rule.BROADCASTS_ARRIVE, run -> without(run, last(run, Delivered.class, any()))),
  DOUBLES_A_BROADCAST(Rule.DELIVERED_ONCE, run -> doubled(run, middleBroadcast(run))),
  MAKES_A_BROADCAST_UP(
      Rule.NOTHING_IS_INVENTED,
      run -> {
        Delivered real = (Delivered) run.get(last(run, Delivered.class, any()));
        return with(
            run,
            run.size(),
            new Delivered(real.at(), real.group(), real.from(), Integer.MAX_VALUE));
      }),
  GIVES_TWO_MEMBERS_DIFFERENT_ORDERS(Rule.VIEWS_AGREE, BrokenRun::disagree),
  PUTS_A_JOINER_FIRST(Rule.JOINS_APPEND, BrokenRun::putJoinerFirst),
  TELLS_A_VIEW_TO_WHOM_IT_LEAVES_OUT(
      Rule.VIEWS_HOLD_MEMBERS,
      run -> {
        int index = last(run, Installed.class, any());
        Installed view = (Installed) run.get(index);
        List<AgentBoot> others = new ArrayList<>(view.members());
        others.remove(view.at());
        return replaced(run, index, new Installed(view.at(), view.group(), others));
      }),
  TELLS_TWO_VIEWS_IN_THE_WRONG_ORDER(Rule.THE_GONE_STAY_GONE, BrokenRun::swapLastViews),
  BRINGS_BACK_WHO_HAS_GONE(Rule.THE_GONE_STAY_GONE, BrokenRun::repeatOldView),
  FORGETS_TO_TELL_THE_LAST_VIEW(
      Rule.VIEWS_SETTLE, run -> without(run, last(run, Installed.class, any()))),
  DELIVERS_TO_A_CLOSED_GROUP(
      Rule.ONLY_THE_OPEN_HEAR,
      run -> {
        AgentBoot left = run.get(last(run, Closed.class, any())).at();
        Delivered real = (Delivered) run.get(last(run, Delivered.class, any()));
        Delivered stray = new Delivered(left, real.group(), real.from(), real.number());
        return with(run, run.size(), stray);
      }),
  DELIVERS_TO_THE_DEAD(
      Rule.ONLY_THE_OPEN_HEAR,
      run -> {
        AgentBoot dead = run.get(last(run, Crashed.class, any())).at();
        Delivered real = (Delivered) run.get(last(run, Delivered.class, any()));
        Delivered stray = new Delivered(dead, real.group(), real.from(), real.number());
        return with(run, run.size(), stray);
      }),
  GIVES_A_MESSAGE_TO_ANOTHER_AGENT(
      Rule.NOTHING_IS_MISDELIVERED,
      run -> {
        int index = last(run, Received.class, any());
        Received real = (Received) run.get(index);
        AgentBoot other = other(run, real);
        return replaced(run, index, new Received(other, real.from(), real.number()));
      }),
  DOUBLES_A_MESSAGE(Rule.RECEIVED_ONCE, run -> doubled(run, last(run, Received.class, any()))),
  SWAPS_TWO_MESSAGES(Rule.FIFO_UNICASTS, BrokenRun::swapMessages),
  LOSES_A_MESSAGE(Rule.UNICASTS_ARRIVE, run -> without(run, last(run, Received.class, any())));

  private final Rule broken;
  private final UnaryOperator<List<GroupEvent>> fault;

  BrokenRun(Rule broken, UnaryOperator<List<GroupEvent>> fault) {
    this.broken = broken;
    this.fault = fault;
  }

  Rule broken() {
    return broken;
  }

  /** What {@code good} would have been with the fault. */
  List<GroupEvent> of(List<GroupEvent> good) {
    return fault.apply(good);
  }

  /**
   * Of two that were both sent before either came: else the first would come before it was sent.
   */
  private static List<GroupEvent> swapBroadcasts(List<GroupEvent> run) {
    for (int second = middleBroadcast(run); second > 0; second--) {
      if (run.get(second) instanceof Delivered later) {
        int sent =
            run.indexOf(new GroupEvent.Broadcast(later.from(), later.group(), later.number()));
        for (int first = sent + 1; first < second; first++) {
          if (run.get(first) instanceof Delivered earlier
              && earlier.at().equals(later.at())
              && earlier.from().equals(later.from())) {
            return swapped(run, first, second);
          }
        }
      }
    }
    throw new IllegalStateException("no two broadcasts were under way at a time");
  }

  private static List<GroupEvent> swapMessages(List<GroupEvent> run) {
    for (int second = last(run, Received.class, any()); second > 0; second--) {
      if (run.get(second) instanceof Received later) {
        int sent = run.indexOf(new GroupEvent.Sent(later.from(), later.at(), later.number()));
        for (int first = sent + 1; first < second; first++) {
          if (run.get(first) instanceof Received earlier
              && earlier.at().equals(later.at())
              && earlier.from().equals(later.from())) {
            return swapped(run, first, second);
          }
        }
      }
    }
    throw new IllegalStateException("no two messages were under way at a time");
  }

  /** The first view of the last one who came has its two last members exchanged. */
  private static List<GroupEvent> disagree(List<GroupEvent> run) {
    int greatest = greatestView(run, any());
    List<AgentBoot> members = ((Installed) run.get(greatest)).members();
    int index = first(run, Installed.class, view -> view.at().equals(members.getLast()));
    Installed view = (Installed) run.get(index);
    List<AgentBoot> other = new ArrayList<>(view.members());
    Collections.swap(other, other.size() - 1, other.size() - 2);
    return replaced(run, index, new Installed(view.at(), view.group(), other));
  }

  /** At the eldest: the joiner, of whom it is the first view, has none before to append it to. */
  private static List<GroupEvent> putJoinerFirst(List<GroupEvent> run) {
    AgentBoot eldest = eldest(run);
    int index = first(run, Installed.class, v -> v.at().equals(eldest) && v.members().size() > 1);
    Installed view = (Installed) run.get(index);
    return replaced(run, index, new Installed(view.at(), view.group(), view.members().reversed()));
  }

  /**
   * At the eldest: it was in the group with those that have gone before the two views came, so that
   * it sees them return. To a younger one whose first view is one of the two, they would be new.
   */
  private static List<GroupEvent> swapLastViews(List<GroupEvent> run) {
    AgentBoot eldest = eldest(run);
    int second = last(run, Installed.class, view -> view.at().equals(eldest));
    int first = last(run.subList(0, second), Installed.class, view -> view.at().equals(eldest));
    return swapped(run, first, second);
  }

  private static AgentBoot eldest(List<GroupEvent> run) {
    return ((Installed) run.get(first(run, Installed.class, any()))).at();
  }

  private static List<GroupEvent> repeatOldView(List<GroupEvent> run) {
    Installed last = (Installed) run.get(last(run, Installed.class, any()));
    int old = greatestView(run, view -> view.at().equals(last.at()));
    return with(run, run.size(), run.get(old));
  }

  private static int greatestView(List<GroupEvent> run, Predicate<Installed> which) {
    int greatest =
        run.stream()
            .filter(e -> e instanceof Installed view && which.test(view))
            .mapToInt(e -> ((Installed) e).members().size())
            .max()
            .orElseThrow();
    return first(
        run, Installed.class, view -> view.members().size() == greatest && which.test(view));
  }

  /**
   * A delivery right before and after which its agent heard the same sender, in one view: what
   * comes in between is missed.
   */
  private static int middleBroadcast(List<GroupEvent> run) {
    for (int i = run.size() - 1; i >= 0; i--) {
      if (run.get(i) instanceof Delivered middle
          && isHeardAgain(run.subList(i + 1, run.size()), middle)
          && isHeardAgain(run.subList(0, i).reversed(), middle)) {
        return i;
      }
    }
    throw new IllegalStateException("no sender was heard three times in one view");
  }

  private static boolean isHeardAgain(List<GroupEvent> events, Delivered middle) {
    for (GroupEvent event : events) {
      switch (event) {
        case Installed view when view.at().equals(middle.at()) -> {
          return false;
        }
        case Delivered other
            when other.at().equals(middle.at()) && other.from().equals(middle.from()) -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  private static AgentBoot other(List<GroupEvent> run, Received real) {
    Installed last = (Installed) run.get(last(run, Installed.class, any()));
    return last.members().stream()
        .filter(member -> !member.equals(real.at()) && !member.equals(real.from()))
        .findFirst()
        .orElseThrow();
  }

  private static <T> Predicate<T> any() {
    return event -> true;
  }

  private static <T extends GroupEvent> int first(
      List<GroupEvent> run, Class<T> kind, Predicate<T> which) {
    for (int i = 0; i < run.size(); i++) {
      if (kind.isInstance(run.get(i)) && which.test(kind.cast(run.get(i)))) {
        return i;
      }
    }
    throw new IllegalArgumentException("the run has no such " + kind.getSimpleName());
  }

  private static <T extends GroupEvent> int last(
      List<GroupEvent> run, Class<T> kind, Predicate<T> which) {
    return run.size() - 1 - first(run.reversed(), kind, which);
  }

  private static List<GroupEvent> with(List<GroupEvent> run, int index, GroupEvent event) {
    List<GroupEvent> broken = new ArrayList<>(run);
    broken.add(index, event);
    return broken;
  }

  private static List<GroupEvent> doubled(List<GroupEvent> run, int index) {
    return with(run, index, run.get(index));
  }

  private static List<GroupEvent> without(List<GroupEvent> run, int index) {
    List<GroupEvent> broken = new ArrayList<>(run);
    broken.remove(index);
    return broken;
  }

  private static List<GroupEvent> replaced(List<GroupEvent> run, int index, GroupEvent event) {
    List<GroupEvent> broken = new ArrayList<>(run);
    broken.set(index, event);
    return broken;
  }

  private static List<GroupEvent> swapped(List<GroupEvent> run, int first, int second) {
    List<GroupEvent> broken = new ArrayList<>(run);
    Collections.swap(broken, first, second);
    return broken;
  }
}
