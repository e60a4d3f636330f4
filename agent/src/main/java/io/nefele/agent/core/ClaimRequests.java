package io.nefele.agent.core;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import io.nefele.mailbox.Header;
import io.nefele.table.Filter;
import io.nefele.table.ProcessState;
import io.nefele.table.RowView;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Requests for names that one process at a time has for itself. */
final class ClaimRequests {
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

  private final AgentBoot self;
  private final Tenancy tenancy;
  private final Directory directory;
  private final FabricReport report;
  private final Courier courier;
  private final Outbox outbox;

  ClaimRequests(
      AgentBoot self,
      Tenancy tenancy,
      Directory directory,
      FabricReport report,
      Courier courier,
      Outbox outbox) {
    this.self = self;
    this.tenancy = tenancy;
    this.directory = directory;
    this.report = report;
    this.courier = courier;
    this.outbox = outbox;
  }

  void claim(ClientToken token, Name tenant, Request.Claim request) {
    Name name = new Name(request.name());
    Duration deadline = Duration.ofMillis(request.timeoutMillis());
    withState(
        tenant,
        request.process(),
        deadline,
        state -> {
          if (state.filter(ProcessState::isLive).isEmpty()) {
            outbox.fail(
                token,
                ErrorKind.FAILED,
                "no process " + request.process() + " lives; 'nefele ps' lists your processes");
          } else {
            claimFor(token, tenant, request.process(), name, deadline);
          }
        });
  }

  private void claimFor(
      ClientToken token, Name tenant, ProcessId process, Name name, Duration deadline) {
    Optional<RegistryEntry> known = tenancy.claim(tenant, name);
    Optional<ProcessId> owner = tenancy.owner(tenant, name);
    if (known.isPresent() && owner.equals(Optional.of(process))) {
      outbox.reply(token, new Response.Claimed(known.get().stamp().epoch(), List.of()));
      return;
    }
    if (owner.isEmpty()) {
      decide(token, tenant, process, name, known, deadline);
      return;
    }
    withState(
        tenant,
        owner.get(),
        deadline,
        state -> {
          // One that is lost, or whose agent is gone, may still run: it has the older epoch.
          if (state.filter(ProcessState::isLive).isPresent()
              && outbox.reaches(owner.get().agent())) {
            refuse(token, name, owner.get());
          } else {
            decide(token, tenant, process, name, known, deadline);
          }
        });
  }

  private void decide(
      ClientToken token,
      Name tenant,
      ProcessId process,
      Name name,
      Optional<RegistryEntry> seen,
      Duration deadline) {
    tenancy.claim(
        new RegistryEntry.Claim(tenant, name, Optional.of(process)),
        seen,
        deadline,
        (held, won, silent) -> {
          if (won) {
            outbox.reply(
                token,
                new Response.Claimed(
                    held.stamp().epoch(),
                    silent.stream().map(agent -> "agent " + report.nameOf(agent)).toList()));
          } else {
            refuse(token, name, tenancy.owner(tenant, name).orElse(process));
          }
        });
  }

  private void refuse(ClientToken token, Name name, ProcessId owner) {
    outbox.fail(
        token,
        ErrorKind.REFUSED,
        "'" + name + "' belongs to process " + owner + " until that ends or releases it");
  }

  void release(ClientToken token, Name tenant, ProcessId process, Name name) {
    if (tenancy.owner(tenant, name).equals(Optional.of(process))) {
      tenancy.decide(new RegistryEntry.Claim(tenant, name, Optional.empty()));
      outbox.reply(token, new Response.Done());
    } else {
      outbox.fail(token, ErrorKind.FAILED, "process " + process + " does not have '" + name + "'");
    }
  }

  /** Tells a process of this server that has lost a name to another. */
  void changed(Instant now, RegistryEntry.Claim before, RegistryEntry entry) {
    if (before.owner().isEmpty()
        || !before.owner().get().agent().equals(self.agent())
        || !(entry.content() instanceof RegistryEntry.Claim claim)
        || claim.owner().isEmpty()
        || claim.owner().equals(before.owner())) {
      return;
    }
    courier.send(
        now,
        claim.owner(),
        before.owner().get(),
        List.of(new Header(PostOrder.TOPIC, Bytes.utf8("claims/" + claim.name()))),
        Bytes.utf8("lost to " + claim.owner().get() + " with epoch " + entry.stamp().epoch()),
        TOLD_WITHIN,
        outcome -> {});
  }

  /** What has just been spawned through another agent may not be known here yet. */
  private void withState(
      Name tenant, ProcessId process, Duration deadline, Consumer<Optional<ProcessState>> then) {
    directory.whenKnown(
        List.of(process),
        () ->
            directory.ask(
                outbox.now(),
                new Filter(Optional.of(tenant), Optional.of(process), Optional.empty(), false),
                report.reach(),
                deadline,
                (rows, missing) ->
                    then.accept(
                        rows.stream().map(RowView::row).map(row -> row.state()).findFirst())));
  }
}
