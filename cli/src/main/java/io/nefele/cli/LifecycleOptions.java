package io.nefele.cli;

import io.nefele.core.HealthCheck;
import io.nefele.core.Lifecycle;
import io.nefele.core.Name;
import io.nefele.core.Probe;
import io.nefele.core.RestartPolicy;
import io.nefele.lib.NefeleException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is done for processes beyond starting them once, as options or in a spec file. */
final class LifecycleOptions {
  /** The keys of a check in a spec file. */
  private static final List<String> CHECK_KEYS =
      List.of("command", "port", "call", "interval", "timeout", "retries", "start-period");

  /** Those of them that say how it is found out; one is given. */
  private static final List<String> PROBE_KEYS = List.of("command", "port", "call");

  @Option(
      names = "--restart",
      order = ShortHelp.USUAL,
      paramLabel = "POLICY",
      description =
          "Start each again, under its id, when it ends: never (default), on-failure[:MAX] or"
              + " always[:MAX]; MAX times in a row at most, later each time.")
  @Nullable RestartPolicy restart;

  @Option(
      names = "--health-cmd",
      paramLabel = "CMD",
      description =
          "A line for /bin/sh that is run beside each and fails when it is not well; then it is"
              + " ended, and started again by its --restart.")
  @Nullable String health;

  @Option(
      names = "--health-port",
      paramLabel = "PORT",
      description = "Instead of a command: each is well if it takes connections at that TCP port.")
  @Nullable Integer port;

  @Option(
      names = "--health-call",
      paramLabel = "TEXT",
      arity = "0..1",
      fallbackValue = Probe.Call.TEXT,
      description =
          "Instead of a command: each is well if it answers a call with that text (default: ping)"
              + " to its mailbox.")
  @Nullable String call;

  @Option(
      names = "--health-interval",
      paramLabel = "D",
      description = "Between two such checks (default: 10s).")
  @Nullable Duration interval;

  @Option(
      names = "--health-timeout",
      paramLabel = "D",
      description = "A check that takes longer has failed (default: 5s).")
  @Nullable Duration timeout;

  @Option(
      names = "--health-retries",
      paramLabel = "N",
      description = "How many have to fail in a row (default: 3).")
  @Nullable Integer retries;

  @Option(
      names = "--health-start-period",
      paramLabel = "D",
      description = "Failures so soon after a start don't count (default: 0s).")
  @Nullable Duration startPeriod;

  @Option(
      names = "--reschedule",
      paramLabel = "D",
      arity = "0..1",
      fallbackValue = "30s",
      description =
          "Start each elsewhere, under its name, when its agent is lost for so long (30s if D is"
              + " left out); implies --restart always unless another is given.")
  @Nullable Duration reschedule;

  @Option(
      names = "--after",
      paramLabel = "NAME",
      split = ",",
      description = "Start each only when somebody well has that name; may be given several times.")
  List<Name> after = List.of();

  @Option(
      names = "--disruption-budget",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Let the fabric move them to servers that come, N of the name at a time at most, and so"
              + " many from a drained one (default: only from a drained one, all at once); implies"
              + " --restart always unless another is given.")
  int disruptions;

  /** Whether nothing is said. */
  boolean isEmpty() {
    return restart == null
        && reschedule == null
        && after.isEmpty()
        && disruptions == 0
        && !isChecked()
        && !saysHow();
  }

  private boolean isChecked() {
    return health != null || port != null || call != null;
  }

  private boolean saysHow() {
    return interval != null || timeout != null || retries != null || startPeriod != null;
  }

  /** What they say. */
  Lifecycle lifecycle() throws NefeleException {
    if (!isChecked() && saysHow()) {
      throw AskingCommand.usage(
          "--health-...: say how to check, too: --health-cmd CMD, --health-port PORT or"
              + " --health-call");
    }
    if (Stream.of(health, port, call).filter(Objects::nonNull).count() > 1) {
      throw AskingCommand.usage("--health-cmd, --health-port, --health-call: one of them");
    }
    RestartPolicy otherwise =
        RestartPolicy.parse(reschedule == null && disruptions == 0 ? "never" : "always");
    try {
      Lifecycle once = Lifecycle.ONCE.with(restart == null ? otherwise : restart);
      if (reschedule != null) {
        once = once.reschedulingAfter(reschedule.toMillis());
      }
      once = once.after(after).withDisruptions(disruptions);
      if (!isChecked()) {
        return once;
      }
      return once.with(
          Optional.of(
              new HealthCheck(
                  probe(),
                  millis(interval, HealthCheck.INTERVAL_MILLIS),
                  millis(timeout, HealthCheck.TIMEOUT_MILLIS),
                  retries == null ? HealthCheck.RETRIES : retries,
                  millis(startPeriod, 0))));
    } catch (IllegalArgumentException e) {
      throw AskingCommand.usage(String.valueOf(e.getMessage()));
    }
  }

  private Probe probe() {
    if (port != null) {
      return new Probe.Port(port);
    }
    return call != null
        ? new Probe.Call(call)
        : new Probe.Command(List.of("/bin/sh", "-c", String.valueOf(health)));
  }

  private static int millis(@Nullable Duration given, int otherwise) {
    return given == null ? otherwise : (int) given.toMillis();
  }

  /** A check in a spec file: a command, or a map that says more. */
  static HealthCheck check(YamlNode node) throws NefeleException {
    Map<String, YamlNode> entries =
        node.isMap() ? node.entries("a health check", CHECK_KEYS) : Map.of("command", node);
    if (entries.keySet().stream().filter(PROBE_KEYS::contains).count() != 1) {
      throw node.wrong(
          "a health check has one of the keys 'command', 'port' and 'call', as in command:"
              + " ./is-well");
    }
    Probe probe = probe(entries.get("command"), entries.get("port"), entries.get("call"));
    int intervalMillis = millis(entries.get("interval"), HealthCheck.INTERVAL_MILLIS);
    int timeoutMillis = millis(entries.get("timeout"), HealthCheck.TIMEOUT_MILLIS);
    int startMillis = millis(entries.get("start-period"), 0);
    YamlNode failures = entries.get("retries");
    int most = failures == null ? HealthCheck.RETRIES : failures.as(SpecFile::count);
    try {
      return new HealthCheck(probe, intervalMillis, timeoutMillis, most, startMillis);
    } catch (IllegalArgumentException e) {
      throw node.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static Probe probe(
      @Nullable YamlNode command, @Nullable YamlNode port, @Nullable YamlNode call)
      throws NefeleException {
    if (port != null) {
      return port.as(text -> new Probe.Port(SpecFile.count(text)));
    }
    if (call != null) {
      return call.as(Probe.Call::new);
    }
    return new Probe.Command(SpecFile.command(Optional.ofNullable(command).orElseThrow()));
  }

  private static int millis(@Nullable YamlNode node, int otherwise) throws NefeleException {
    return node == null ? otherwise : (int) node.as(Span::parse).toMillis();
  }
}
