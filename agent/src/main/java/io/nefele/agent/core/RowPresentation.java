package io.nefele.agent.core;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.hierarchy.GroupId;
import io.nefele.table.Health;
import io.nefele.table.Presentation;
import io.nefele.table.ProcessRow;
import io.nefele.table.RowView;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rows of processes as clients read them: with what is known of their agents. */
final class RowPresentation implements Presentation {
  private final Fabric fabric;

  RowPresentation(Fabric fabric) {
    this.fabric = fabric;
  }

  /** What the row of a process owes to its agent. */
  private record Place(String group, String isolation) {}

  @Override
  public Bytes of(List<RowView> views) {
    return ResponseCodec.moreProcesses(rows(views));
  }

  /** The same rows, not encoded. What their agents tell is looked up once for each agent. */
  List<Response.ProcessRow> rows(List<RowView> views) {
    SortedMap<AgentId, Place> places = new TreeMap<>();
    List<Response.ProcessRow> rows = new ArrayList<>(views.size());
    for (RowView view : views) {
      rows.add(row(view, places.computeIfAbsent(view.row().id().agent(), this::place)));
    }
    return rows;
  }

  private Place place(AgentId agent) {
    return new Place(
        fabric.groupOf(agent).map(GroupId::toString).orElse(""),
        fabric.profile(agent).map(RowPresentation::confinement).orElse(""));
  }

  private static Response.ProcessRow row(RowView view, Place place) {
    ProcessRow row = view.row();
    return new Response.ProcessRow(
        row.id(),
        row.name().map(Object::toString),
        row.tenant().toString(),
        row.command(),
        row.state().text(),
        row.exitCode(),
        row.startedAtMillis(),
        row.stateSinceMillis(),
        view.ageMillis(),
        row.cpuMillis(),
        row.memoryBytes(),
        place.group(),
        new Response.Usage(
            row.usage().cpuMicros(),
            row.usage().cpuMillis(),
            row.usage().memoryBytes(),
            row.usage().diskBytes()),
        row.outOfMemory(),
        row.restarts(),
        place.isolation(),
        row.health() == Health.UNCHECKED ? "" : row.health().text(),
        row.labels(),
        row.sizing().cpu().text(),
        row.sizing().memory().text());
  }

  private static String confinement(AgentProfile profile) {
    return profile.isolation().name().toLowerCase(Locale.ROOT)
        + (profile.limits() ? "" : ", limits not enforced");
  }
}
