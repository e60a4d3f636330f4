package io.nefele.clients;

import io.nefele.core.Bytes;
import io.nefele.core.HealthCheck;
import io.nefele.core.Lifecycle;
import io.nefele.core.Name;
import io.nefele.core.Probe;
import io.nefele.core.ProcessId;
import io.nefele.core.RestartPolicy;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.ProcessSpec;
import io.nefele.wire.Request;
import io.nefele.wire.Response;
import java.util.List;
import java.util.Optional;

/**
 * What a client asks, and what it is answered.
 *
 * @param name of the vector
 */
record Exchange(String name, Request request, Response response) {
  private static final ProcessId ID = ProcessId.parse("7h3kq2m9x4.1.17");
  private static final ProcessId OTHER = ProcessId.parse("8h3kq2m9x4.2.1");
  private static final ProcessId THIRD = ProcessId.parse("9h3kq2m9x4.3.1");
  private static final ProcessId FOURTH = ProcessId.parse("9h3kq2m9x4.3.2");
  private static final int FOR_EVER = Integer.MAX_VALUE;

  /** All calls that each client has, in the order in which its test program makes them. */
  static List<Exchange> all() {
    return List.of(
        new Exchange(
            "spawn",
            new Request.Spawn(specs(), 0),
            new Response.Spawned(List.of(ID, OTHER, THIRD, FOURTH))),
        new Exchange(
            "ps",
            new Request.ListProcesses(true, FOR_EVER),
            new Response.Processes(
                List.of(
                    row("running", Optional.empty(), Optional.of("web")),
                    row("exited", Optional.of(143), Optional.empty())),
                List.of("group compute/0/x"))),
        new Exchange(
            "inspect",
            new Request.Inspect(ID, FOR_EVER),
            new Response.Processes(List.of(), List.of())),
        new Exchange(
            "kill",
            new Request.Signal(List.of(ID), 15),
            new Response.Failed(ErrorKind.REFUSED, "not yours: ä")),
        new Exchange(
            "wait",
            new Request.Wait(ID, FOR_EVER),
            new Response.Processes(
                List.of(row("exited", Optional.of(143), Optional.empty())), List.of())),
        new Exchange(
            "send",
            new Request.Post(Optional.of("me"), "all:web", Bytes.utf8("hello"), FOR_EVER),
            new Response.Receipt(
                List.of(new Response.ReceiptRow(ID, "group", 80, 90, "")), List.of())),
        new Exchange(
            "call",
            new Request.Call("any:web?key=7", Bytes.utf8("question"), FOR_EVER),
            new Response.Reply(
                OTHER, Bytes.utf8("answer"), "group", 80, 1000, List.of("one that died"))),
        new Exchange(
            "receive",
            new Request.Take("me", FOR_EVER),
            new Response.Letter(
                Optional.of(OTHER), ID, "a/b", Bytes.utf8("news"), 1_700_000_000_000L)),
        new Exchange(
            "subscribe",
            new Request.Subscribe(Optional.empty(), "a/*", Request.WhenFull.REFUSE, 10_000, 0),
            new Response.Subscribed(THIRD, List.of())),
        new Exchange(
            "publish",
            new Request.Publish(Optional.empty(), "a/b", Bytes.utf8("news"), FOR_EVER),
            new Response.Published(2, 3, 1, 0, 0, 500, List.of())),
        new Exchange("unsubscribe", new Request.Unsubscribe("me", "a/*"), new Response.Done()),
        new Exchange(
            "lookup",
            new Request.Lookup("web", FOR_EVER),
            new Response.Mailboxes(
                List.of(
                    new Response.MailboxRow(ID, "server", 0),
                    new Response.MailboxRow(OTHER, "elsewhere", -1)))),
        new Exchange("close", new Request.CloseMailbox("me"), new Response.Done()),
        new Exchange(
            "claim",
            new Request.Claim(ID, "leader", FOR_EVER),
            new Response.Claimed(5L << 20, List.of())),
        new Exchange("release", new Request.Release(ID, "leader"), new Response.Done()));
  }

  private static List<ProcessSpec> specs() {
    return List.of(
        ProcessSpec.of(List.of("sleep", "9"))
            .count(2)
            .name(Optional.of("web"))
            .cpuMillis(500)
            .memoryBytes(1 << 20)
            .resources(List.of("gpu=1"))
            .constraints(List.of("spread zone"))
            .labels(List.of("tier=front"))
            .environment(List.of("A=1", "B=ä"))
            .workingDirectory("/tmp")
            .pids(10)
            .isolation("userns")
            .lifecycle(
                new Lifecycle(
                    RestartPolicy.parse("always:5"),
                    checked(new Probe.Command(List.of("check"))),
                    60_000,
                    List.of(),
                    1))
            .bundle(Optional.of("6e".repeat(32)))
            .build(),
        ProcessSpec.of(List.of("true"))
            .workingDirectory("/")
            .lifecycle(
                Lifecycle.ONCE
                    .with(checked(new Probe.Port(5432)))
                    .after(List.of(new Name("web"), new Name("db"))))
            .build(),
        ProcessSpec.of(List.of("false"))
            .workingDirectory("/")
            .lifecycle(Lifecycle.ONCE.with(checked(new Probe.Call("ping"))))
            .build());
  }

  private static Optional<HealthCheck> checked(Probe probe) {
    return Optional.of(new HealthCheck(probe, 10_000, 5_000, 3, 0));
  }

  private static Response.ProcessRow row(
      String state, Optional<Integer> exitCode, Optional<String> name) {
    return new Response.ProcessRow(
        ID,
        name,
        "root",
        List.of("sleep", "9"),
        state,
        exitCode,
        1_700_000_000_000L,
        1_700_000_001_000L,
        40,
        500,
        1 << 20,
        "compute/0/x",
        new Response.Usage(2500, 7, 4096, 8192),
        false,
        3,
        "full",
        exitCode.isEmpty() ? "healthy" : "",
        List.of("tier=front"),
        "asked",
        "history");
  }
}
