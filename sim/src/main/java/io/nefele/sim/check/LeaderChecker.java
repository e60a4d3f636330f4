package io.nefele.sim.check;

import io.nefele.sim.world.Life;
import io.nefele.sim.world.Violation;
import io.nefele.sim.world.World;
import io.nefele.wire.Response;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Invariant H9: at rest all tell the same leader and epoch of each group, as their view has it. */
public final class LeaderChecker {
  private final SortedMap<String, Response.GroupRow> told = new TreeMap<>();

  /** What one life of the core tells of all groups. */
  public Optional<Violation> answered(Life asked, Response answer) {
    if (!(answer instanceof Response.Groups(var groups))) {
      return Optional.of(new Violation("A1", asked + " answers " + answer));
    }
    for (Response.GroupRow row : groups) {
      Response.GroupRow known = told.putIfAbsent(row.id(), row);
      if (known != null && (!known.leader().equals(row.leader()) || known.epoch() != row.epoch())) {
        return Optional.of(
            new Violation(
                "H9", asked + " tells " + row + " of a group of which another tells " + known));
      }
      if (!row.members().contains(row.leader())) {
        return Optional.of(new Violation("H9", "a leader that is no member: " + row));
      }
    }
    for (var group : asked.openGroups()) {
      // One that is entered just now, as it is nearer, has no view yet.
      if (!group.service().equals(World.SERVICE) || asked.viewOf(group).isEmpty()) {
        continue;
      }
      String leader = asked.viewOf(group).getFirst().agent().toString();
      Response.GroupRow row = told.get(group.toString());
      if (row == null || !row.leader().equals(leader)) {
        return Optional.of(
            new Violation(
                "H9", asked + " sees " + leader + " lead " + group + " and tells " + row));
      }
    }
    return Optional.empty();
  }
}
