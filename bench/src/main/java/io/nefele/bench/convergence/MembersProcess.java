package io.nefele.bench.convergence;

import com.google.common.net.HostAndPort;
import io.nefele.core.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A JVM of members ({@link MembersMain}) that can be killed. It is asked by lines on its standard
 * input and answers by lines that begin with {@link #ANSWER}; it ends when its input does.
 */
final class MembersProcess implements AutoCloseable {
  static final String ANSWER = "= ";
  static final String START = "start";
  static final String KNOWN = "known";
  static final String HEARD = "heard";
  static final String LEADS = "leads";

  private final List<Integer> members;
  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;

  private MembersProcess(List<Integer> members, List<String> command) throws IOException {
    this.members = members;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
  }

  /** With the flags of this JVM; returns when it is ready to start its members. */
  static MembersProcess likeThis(Contestant contestant, Layout layout) throws IOException {
    MembersProcess process =
        new MembersProcess(List.copyOf(layout.here()), command(contestant, layout, List.of()));
    process.awaitReady();
    return process;
  }

  /**
   * For one member, where that is; not awaited.
   *
   * @param flags besides those of this JVM, which they override
   */
  static MembersProcess of(
      int member, Contestant contestant, List<Endpoint> endpoints, Sites sites, List<String> flags)
      throws IOException {
    Layout layout = new Layout(endpoints, new TreeSet<>(List.of(member)));
    return new MembersProcess(
        List.of(member), sites.wrap(member, command(contestant, layout, flags)));
  }

  private static List<String> command(Contestant contestant, Layout layout, List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(MembersMain.class.getName(), contestant.id()));
    command.addAll(List.of(list(layout.endpoints()), list(layout.here())));
    return command;
  }

  /** Returns when the JVM is ready to start its members. */
  void awaitReady() throws IOException {
    answer();
  }

  long pid() {
    return process.pid();
  }

  void start() throws IOException {
    String answer = ask(START);
    if (!answer.isEmpty()) {
      throw new IOException(answer);
    }
  }

  SortedMap<Integer, Integer> known() throws IOException {
    SortedMap<Integer, Integer> known = new TreeMap<>();
    Iterator<Integer> counts = numbers(ask(KNOWN)).iterator();
    members.forEach(member -> known.put(member, counts.next()));
    return known;
  }

  /** Those of its members that lead all others. */
  List<Integer> leaders() throws IOException {
    return numbers(ask(LEADS));
  }

  SortedSet<Integer> hearers(int from, String news) throws IOException {
    return new TreeSet<>(numbers(ask(HEARD + " " + from + " " + news)));
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  static String list(Iterable<?> all) {
    List<String> words = new ArrayList<>();
    all.forEach(each -> words.add(each.toString()));
    return String.join(",", words);
  }

  static List<Endpoint> endpoints(String list) {
    return Arrays.stream(list.split(","))
        .map(HostAndPort::fromString)
        .map(each -> new Endpoint(each.getHost(), each.getPort()))
        .toList();
  }

  static List<Integer> numbers(String list) {
    return Arrays.stream(list.split(","))
        .filter(word -> !word.isEmpty())
        .map(Integer::valueOf)
        .collect(Collectors.toList());
  }

  private String ask(String question) throws IOException {
    questions.println(question);
    return answer();
  }

  private String answer() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(ANSWER)) {
        return line.substring(ANSWER.length());
      }
    }
    throw new IOException("the JVM of members " + list(members) + " has ended");
  }
}
