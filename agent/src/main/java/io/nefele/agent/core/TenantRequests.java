package io.nefele.agent.core;

import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.table.Filter;
import io.nefele.table.tenant.Defaults;
import io.nefele.table.tenant.Quota;
import io.nefele.table.tenant.RegistryEntry;
import io.nefele.table.tenant.Use;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Requests about tenants: make, remove, change, list them. */
final class TenantRequests {
  private final Tenancy tenancy;
  private final Directory directory;
  private final FabricReport report;
  private final Outbox outbox;

  TenantRequests(Tenancy tenancy, Directory directory, FabricReport report, Outbox outbox) {
    this.tenancy = tenancy;
    this.directory = directory;
    this.report = report;
    this.outbox = outbox;
  }

  void list(ClientToken token, Acting acting, int deadlineMillis) {
    tenancy.count(
        Duration.ofMillis(deadlineMillis),
        (used, silent) -> {
          List<Response.TenantRow> rows = new ArrayList<>();
          for (RegistryEntry.Tenant tenant : tenancy.tenants()) {
            Use use = Optional.ofNullable(used.remove(tenant.name())).orElse(Use.NONE);
            if (acting.reaches(tenant.name())) {
              rows.add(row(tenant, use));
            }
          }
          // Those that nobody made: of the users that agents run as.
          used.forEach(
              (name, use) -> {
                if (acting.reaches(name)) {
                  rows.add(row(new RegistryEntry.Tenant(name, false, List.of(), Quota.NONE), use));
                }
              });
          List<String> missing =
              silent.stream().map(agent -> "agent " + report.nameOf(agent)).toList();
          outbox.reply(token, new Response.Tenants(rows, missing));
        });
  }

  void create(ClientToken token, Acting acting, Request.CreateTenant create) {
    Name name = new Name(create.tenant());
    Quota quota = new Quota(create.processes(), create.cpuMillis(), create.memoryBytes());
    if (!mayDecide(token, acting)) {
      return;
    }
    if (tenancy.tenant(name).isPresent()) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "there is a tenant '" + name + "'; 'nefele tenant quota' changes what it may use");
      return;
    }
    tenancy.decide(new RegistryEntry.Tenant(name, false, List.of(), quota));
    outbox.reply(token, new Response.Done());
  }

  void remove(Instant now, ClientToken token, Acting acting, Name name, int deadlineMillis) {
    if (!mayDecide(token, acting) || existing(token, name).isEmpty()) {
      return;
    }
    directory.ask(
        now,
        Filter.ofTenant(Optional.of(name), true),
        report.reach(),
        Duration.ofMillis(deadlineMillis),
        (rows, missing) -> {
          long live = rows.stream().filter(view -> view.row().exitCode().isEmpty()).count();
          if (live > 0) {
            outbox.fail(
                token,
                ErrorKind.REFUSED,
                "tenant '"
                    + name
                    + "' has "
                    + live
                    + " processes and mailboxes; 'nefele ps --tenant "
                    + name
                    + "' lists them, 'nefele kill' ends them");
          } else if (!missing.isEmpty()) {
            outbox.fail(
                token,
                ErrorKind.PARTIAL,
                "tenant '"
                    + name
                    + "' may have processes at "
                    + missing
                    + ", which did not answer");
          } else {
            tenancy.decide(new RegistryEntry.Tenant(name, true, List.of(), Quota.NONE));
            if (!tenancy.outside(name).equals(OutsideRules.NONE)) {
              // Not for another one that is made under that name.
              tenancy.decide(new RegistryEntry.Outside(name, OutsideRules.NONE));
            }
            outbox.reply(token, new Response.Done());
          }
        });
  }

  void grant(ClientToken token, Acting acting, Request.GrantTenant grant) {
    change(
        token,
        acting,
        new Name(grant.tenant()),
        tenant -> {
          List<Integer> users = new ArrayList<>(tenant.users());
          users.addAll(grant.users());
          users.removeAll(grant.revoked());
          return tenant.withUsers(users);
        });
  }

  void setQuota(ClientToken token, Acting acting, Request.SetQuota quota) {
    change(
        token,
        acting,
        new Name(quota.tenant()),
        tenant -> {
          Quota before = tenant.quota();
          Quota after =
              new Quota(
                  kept(quota.processes(), before.processes()),
                  kept(quota.cpuMillis(), before.cpuMillis()),
                  kept(quota.memoryBytes(), before.memoryBytes()));
          return tenant.with(after);
        });
  }

  void setDefaults(ClientToken token, Acting acting, Request.SetDefaults defaults) {
    change(
        token,
        acting,
        new Name(defaults.tenant()),
        tenant -> {
          Defaults before = tenant.defaults();
          return tenant.with(
              new Defaults(
                  (int) kept(defaults.cpuMillis(), before.cpuMillis()),
                  kept(defaults.memoryBytes(), before.memoryBytes())));
        });
  }

  void setOutside(ClientToken token, Acting acting, Request.SetOutside outside) {
    Name name = new Name(outside.tenant());
    OutsideRules rules = OutsideRules.parse(outside.rules());
    if (mayDecide(token, acting)) {
      tenancy.decide(new RegistryEntry.Outside(name, rules));
      outbox.reply(token, new Response.Done());
    }
  }

  private static long kept(long wanted, long before) {
    return wanted == -1 ? before : wanted;
  }

  private void change(
      ClientToken token, Acting acting, Name name, UnaryOperator<RegistryEntry.Tenant> how) {
    if (mayDecide(token, acting)) {
      existing(token, name)
          .ifPresent(
              tenant -> {
                tenancy.decide(how.apply(tenant));
                outbox.reply(token, new Response.Done());
              });
    }
  }

  private boolean mayDecide(ClientToken token, Acting acting) {
    if (!acting.operator()) {
      outbox.fail(
          token,
          ErrorKind.REFUSED,
          "only root and the user that the agent runs as decide about tenants, and not with"
              + " --tenant");
    }
    return acting.operator();
  }

  private Optional<RegistryEntry.Tenant> existing(ClientToken token, Name name) {
    Optional<RegistryEntry.Tenant> tenant = tenancy.tenant(name);
    if (tenant.isEmpty()) {
      outbox.fail(
          token,
          ErrorKind.FAILED,
          "there is no tenant '" + name + "'; 'nefele tenant list' lists them");
    }
    return tenant;
  }

  private Response.TenantRow row(RegistryEntry.Tenant tenant, Use use) {
    Quota quota = tenant.quota();
    return new Response.TenantRow(
        tenant.name().toString(),
        tenant.users(),
        new Response.Amounts(quota.processes(), quota.cpuMillis(), quota.memoryBytes()),
        new Response.Amounts(use.processes(), use.cpuMillis(), use.memoryBytes()),
        tenancy.outside(tenant.name()).text(),
        tenant.defaults().cpuMillis(),
        tenant.defaults().memoryBytes());
  }
}
