package io.nefele.bench.convergence;

import io.nefele.bench.BenchFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HashiCorp serf: memberlist's SWIM with Lifeguard. What an agent knows is read from its log. */
final class SerfPeer implements ProcessPeer {
  private static final Pattern EVENT =
      Pattern.compile("serf: EventMember(Join|Failed|Leave|Reap|Update): (\\S+)");
  private static final long TAG_LIMIT_SECONDS = 10;

  private final Sites sites;
  private final Layout layout;
  private final List<Integer> rpcPorts;
  private final SortedMap<Integer, Member> members = new TreeMap<>();

  /** A process, and what its log has told. */
  private record Member(Process process, Set<String> alive, Set<String> updated) {
    void note(String event, String who) {
      switch (event) {
        case "Join" -> alive.add(who);
        case "Update" -> updated.add(who);
        default -> alive.remove(who);
      }
    }
  }

  SerfPeer(int members, Sites sites) throws IOException {
    this.sites = sites;
    this.layout = new Layout(sites.endpoints(members), Layout.numbers(members));
    this.rpcPorts = Ports.free(members);
  }

  @Override
  public SortedSet<Integer> members() {
    return layout.here();
  }

  @Override
  public void start() throws Exception {
    members.putAll(Together.start(layout.here(), this::started));
  }

  private Member started(int number) throws IOException {
    List<String> command = new ArrayList<>(List.of("serf", "agent"));
    command.addAll(List.of("-node", name(number), "-bind", layout.endpoint(number).toString()));
    command.addAll(List.of("-rpc-addr", "127.0.0.1:" + rpcPorts.get(number), "-log-level", "info"));
    for (int seed = 0; seed < layout.seeds().size(); seed++) {
      if (seed != number) {
        command.addAll(List.of("-retry-join", layout.endpoint(seed).toString()));
        command.addAll(List.of("-retry-interval", "1s"));
      }
    }
    Process process =
        new ProcessBuilder(sites.wrap(number, command)).redirectErrorStream(true).start();
    Member member =
        new Member(process, ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
    Thread.ofVirtual().start(() -> follow(member));
    return member;
  }

  private static void follow(Member member) {
    try (BufferedReader log = member.process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        Matcher event = EVENT.matcher(line);
        if (event.find()) {
          member.note(event.group(1), event.group(2));
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  @Override
  public int known(int member) {
    return member(member).alive.size();
  }

  @Override
  public void kill(int member) {
    member(member).process.destroyForcibly();
  }

  @Override
  public void announce(int member, String news) throws Exception {
    Process tags =
        new ProcessBuilder(
                "serf",
                "tags",
                "-rpc-addr",
                "127.0.0.1:" + rpcPorts.get(member),
                "-set",
                "news=" + news)
            .redirectErrorStream(true)
            .start();
    if (!tags.waitFor(TAG_LIMIT_SECONDS, TimeUnit.SECONDS) || tags.exitValue() != 0) {
      tags.destroyForcibly();
      throw new BenchFailure("serf tags failed");
    }
  }

  /** The log names who told something new, and only one thing is told. */
  @Override
  public boolean hasHeard(int member, int from, String news) {
    return member(member).updated.contains(name(from));
  }

  @Override
  public long pid(int member) {
    return member(member).process.pid();
  }

  @Override
  public void close() throws Exception {
    for (Member member : members.values()) {
      member.process.destroyForcibly().waitFor();
    }
  }

  private Member member(int number) {
    return Objects.requireNonNull(members.get(number));
  }

  private static String name(int number) {
    return "member-" + number;
  }
}
