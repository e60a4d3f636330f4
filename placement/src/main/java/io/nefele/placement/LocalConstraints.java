package io.nefele.placement;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What constraints say of this server as it is when a request is committed, and how many processes
 * that they refer to are on it or are being made.
 */
final class LocalConstraints {
  private final Ledger ledger;
  private final SortedMap<RequestKey, Participation> requests;

  /**
   * @param requests kept up to date by the owner
   */
  LocalConstraints(Ledger ledger, SortedMap<RequestKey, Participation> requests) {
    this.ledger = ledger;
    this.requests = requests;
  }

  /** How many processes of {@code target} run here or are being made, but for {@code besides}. */
  int running(Target target, RequestKey besides) {
    int count = ledger.running(target);
    for (var request : requests.entrySet()) {
      if (!request.getKey().equals(besides)) {
        count +=
            switch (request.getValue()) {
              case Participation.Clearing clearing ->
                  matching(clearing.commit().components(), target);
              case Participation.Preparing preparing -> matching(preparing.components(), target);
              default -> 0;
            };
      }
    }
    return count;
  }

  private static int matching(List<Component> components, Target target) {
    return components.stream()
        .filter(component -> target.matches(component.template().tags()))
        .mapToInt(Component::count)
        .sum();
  }

  /** What of the commit may not be on this server as it is now; the requester knew it earlier. */
  Optional<String> hindrance(ServerFacts facts, PlacementMessage.Commit commit) {
    for (Component component : commit.components()) {
      Tags tags = component.template().tags();
      for (Constraint constraint : Constraint.ofServer(component.template().constraints())) {
        boolean met =
            switch (constraint.kind()) {
              case ON, NOT_ON -> facts.meets(constraint);
              case NEAR -> {
                Target target = constraint.target(tags);
                yield target.matches(tags)
                    || running(target, commit.key()) + matching(commit.components(), target) > 0;
              }
              case APART -> {
                Target target = constraint.target(tags);
                int own = target.matches(tags) ? 1 : 0;
                yield running(target, commit.key()) == 0
                    && matching(commit.components(), target) <= own;
              }
              case SPREAD -> constraint.most() == 0 || component.count() <= constraint.most();
            };
        if (!met) {
          return Optional.of("it no longer meets '" + constraint.text() + "'");
        }
      }
    }
    return Optional.empty();
  }
}
