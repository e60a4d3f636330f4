package io.nefele.cli;

import io.nefele.core.OutsideRules;
import io.nefele.lib.Nefele;
import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import io.nefele.wire.Response.TenantRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nefele tenant}. */
final class TenantCommand extends AskingCommand {
  private static final int DEADLINE_MILLIS = 2_000;
  private static final String LAST_UID = "4294967294";

  /** What can be done with tenants. */
  enum Action {
    create,
    list,
    remove,
    grant,
    quota,
    defaults
  }

  @Option(
      names = "--processes",
      order = ShortHelp.USUAL,
      paramLabel = "N",
      description = "create, quota: processes at a time; 0: no limit.")
  @Nullable Long quotaProcesses;

  @Option(
      names = "--cpu",
      order = ShortHelp.USUAL,
      paramLabel = "C",
      converter = OrNothing.OfCpu.class,
      description =
          "create, quota: cores granted to them; 0: no limit. defaults: for each process whose"
              + " spawn does not say; 0: none.")
  @Nullable CpuShare cpu;

  @Option(
      names = "--mem",
      order = ShortHelp.USUAL,
      paramLabel = "SIZE",
      converter = OrNothing.OfMemory.class,
      description = "create, quota, defaults: the same of memory.")
  @Nullable Size memory;

  @Option(
      names = "--user",
      order = ShortHelp.USUAL,
      paramLabel = "USER",
      split = ",",
      description = "grant: who may act as the tenant, by name or number. Repeatable.")
  List<String> users = new ArrayList<>();

  @Option(
      names = "--revoke",
      order = ShortHelp.USUAL,
      paramLabel = "USER",
      split = ",",
      description = "grant: who may no longer. Repeatable.")
  List<String> revoked = new ArrayList<>();

  @Option(
      names = "--outside",
      order = ShortHelp.USUAL,
      paramLabel = "RULES",
      description = {
        "create, grant: what it may reach outside the fabric: none, or with commas any, local,",
        "expose, NAME, *.NAME, ADDRESS[/BITS], each with :PORT or without, FABRIC:/ (default: none)."
      })
  @Nullable String outside;

  @Option(names = "--json", description = "list: print one JSON document.")
  boolean json;

  @Parameters(index = "0", paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
  Action action = Action.list;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The tenant.")
  @Nullable String name;

  TenantCommand(Console console) {
    super(console);
  }

  @Override
  void checkUsage() throws NefeleException {
    if (action != Action.list && name == null) {
      throw usage("say which tenant: 'nefele tenant " + action + " NAME'");
    }
    if (action == Action.grant && users.isEmpty() && revoked.isEmpty() && outside == null) {
      throw usage(
          "say whom or what: 'nefele tenant grant "
              + name
              + " --user USER', --revoke USER or --outside RULES");
    }
    if (outside != null) {
      checkRules(outside);
    }
    boolean limits = quotaProcesses != null || cpu != null || memory != null;
    if (action == Action.quota && !limits) {
      throw usage("say what it may use: --processes, --cpu, --mem");
    }
    if (action == Action.defaults && cpu == null && memory == null) {
      throw usage("say what each process gets that does not say: --cpu, --mem");
    }
    if (quotaProcesses != null && quotaProcesses < 0) {
      throw usage("--processes is 0 (no limit) or more, not " + quotaProcesses);
    }
  }

  @Override
  int ask(Nefele agent) throws NefeleException, IOException {
    String tenant = name == null ? "" : name;
    switch (action) {
      case list -> {
        return list(agent);
      }
      case create -> {
        agent.decide(new Request.CreateTenant(tenant, processes(0), cpu(0), memory(0)));
        setOutside(agent, tenant);
      }
      case quota -> agent.decide(new Request.SetQuota(tenant, processes(-1), cpu(-1), memory(-1)));
      case defaults ->
          agent.decide(
              new Request.SetDefaults(tenant, cpu == null ? -1 : cpu.millis(), memory(-1)));
      case remove -> agent.decide(new Request.RemoveTenant(tenant, DEADLINE_MILLIS));
      case grant -> {
        if (!users.isEmpty() || !revoked.isEmpty()) {
          agent.decide(new Request.GrantTenant(tenant, numbers(users), numbers(revoked)));
        }
        setOutside(agent, tenant);
      }
    }
    return DONE;
  }

  private void setOutside(Nefele agent, String tenant) throws NefeleException {
    if (outside != null) {
      agent.decide(new Request.SetOutside(tenant, outside));
    }
  }

  private static void checkRules(String rules) throws NefeleException {
    try {
      OutsideRules.parse(rules);
    } catch (IllegalArgumentException e) {
      throw usage("--outside: " + e.getMessage());
    }
  }

  private int list(Nefele agent) throws NefeleException {
    Response.Tenants answer = agent.tenants(Duration.ofMillis(DEADLINE_MILLIS));
    if (json) {
      console.out().println(Json.array(Json::tenant, answer.tenants()));
    } else {
      Table table = new Table("TENANT", "PROCESSES", "CPU", "MEM", "EACH", "OUTSIDE", "USERS");
      for (TenantRow row : answer.tenants()) {
        table.row(
            row.name(),
            ofMost(
                Long.toString(row.use().processes()),
                row.quota().processes(),
                Long.toString(row.quota().processes())),
            ofMost(
                CpuShare.show((int) row.use().cpuMillis()),
                row.quota().cpuMillis(),
                CpuShare.show((int) row.quota().cpuMillis())),
            ofMost(
                Size.show(row.use().memoryBytes()),
                row.quota().memoryBytes(),
                Size.show(row.quota().memoryBytes())),
            each(row),
            row.outside(),
            row.users().isEmpty()
                ? "-"
                : String.join(
                    ",", row.users().stream().map(user -> Integer.toString(user)).toList()));
      }
      table.print(console);
    }
    return reportMissing(answer.missing());
  }

  /** What a process gets whose spawn does not say. */
  private static String each(TenantRow row) {
    List<String> defaults = new ArrayList<>();
    if (row.defaultCpuMillis() > 0) {
      defaults.add(CpuShare.show(row.defaultCpuMillis()) + " cores");
    }
    if (row.defaultMemoryBytes() > 0) {
      defaults.add(Size.show(row.defaultMemoryBytes()));
    }
    return defaults.isEmpty() ? "-" : String.join(", ", defaults);
  }

  private static String ofMost(String use, long most, String shown) {
    return most == 0 ? use : use + " of " + shown;
  }

  private long processes(long otherwise) {
    return quotaProcesses == null ? otherwise : quotaProcesses;
  }

  private long cpu(long otherwise) {
    return cpu == null ? otherwise : cpu.millis();
  }

  private long memory(long otherwise) {
    return memory == null ? otherwise : memory.bytes();
  }

  private static List<Integer> numbers(List<String> users) throws NefeleException, IOException {
    List<Integer> numbers = new ArrayList<>();
    for (String user : users) {
      numbers.add(number(user));
    }
    return numbers;
  }

  /** The number of a user, as this server's name service says. */
  private static int number(String user) throws NefeleException, IOException {
    if (user.matches("[0-9]{1,10}") && Long.parseLong(user) <= Long.parseLong(LAST_UID)) {
      return (int) Long.parseLong(user);
    }
    if (user.startsWith("-")) {
      throw usage("a user is a name or a number, not '" + user + "'");
    }
    Process id =
        new ProcessBuilder("id", "-u", "--", user)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    if (!said.matches("[0-9]{1,10}")) {
      throw new NefeleException(
          ErrorKind.USAGE, "there is no user '" + user + "' here; name one, or give a number");
    }
    return (int) Long.parseLong(said);
  }
}
