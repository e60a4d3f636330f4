package io.nefele.agent.core;

import io.nefele.table.history.Estimate;
import io.nefele.wire.Response;

/** Requests for what programs have used. */
final class HistoryRequests {
  private final HistoryBook history;
  private final Outbox outbox;

  HistoryRequests(HistoryBook history, Outbox outbox) {
    this.history = history;
    this.outbox = outbox;
  }

  void list(ClientToken token, Acting acting) {
    outbox.reply(
        token,
        new Response.History(
            history.estimates().stream()
                .filter(estimate -> acting.reaches(estimate.tenant()))
                .map(HistoryRequests::row)
                .toList()));
  }

  private static Response.ProgramRow row(Estimate estimate) {
    return new Response.ProgramRow(
        estimate.tenant().toString(),
        estimate.program().toString(),
        estimate.label(),
        estimate.runs(),
        estimate.lastMillis(),
        estimate.memoryMedian(),
        estimate.memoryMost(),
        estimate.cpuMedian(),
        estimate.memoryToSetAside(),
        estimate.cpuToSetAside());
  }
}
