package io.nefele.bench.convergence;

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
 * The JVM of the members that are going to be killed ({@link DoomedMain}), with the flags of this
 * one. It is asked by lines on its standard input and answers by lines that begin with {@link
 * #ANSWER}; it ends when its input does.
 */
final class DoomedProcess implements AutoCloseable {
  static final String ANSWER = "= ";
  static final String START = "start";
  static final String KNOWN = "known";
  static final String HEARD = "heard";

  private final List<Integer> members;
  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;

  /** Returns when the JVM is ready to start its members. */
  DoomedProcess(Contestant contestant, Layout layout) throws IOException {
    members = List.copyOf(layout.here());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(DoomedMain.class.getName(), contestant.id()));
    command.addAll(List.of(list(layout.ports()), list(members)));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
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

  static String list(Iterable<Integer> numbers) {
    List<String> words = new ArrayList<>();
    numbers.forEach(number -> words.add(number.toString()));
    return String.join(",", words);
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
    throw new IOException("the JVM of the members to be killed has ended");
  }
}
