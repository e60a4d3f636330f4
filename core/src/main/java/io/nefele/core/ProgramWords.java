package io.nefele.core;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The words of a command that say what it does: {@code ./work} of {@code ./work --fast}, {@code
 * python3 job.py} of {@code python3 job.py 17}, all of {@code nice -n 5 ./work}.
 *
 * @param words the first words of the command, at least the program
 * @param mayBeScript whether the last of them may name the file that is really run
 */
public record ProgramWords(List<String> words, boolean mayBeScript) {
  private static final int LABEL_MAX = 60;

  /** Programs that run what their arguments name. */
  private static final Pattern INTERPRETER =
      Pattern.compile(
          "(sh|bash|dash|ash|ksh|zsh|fish|python|pypy|perl|ruby|node|php|lua|java|Rscript|julia)"
              + "[0-9.]*");

  /** Programs that run their arguments as a command. */
  private static final Pattern WRAPPER =
      Pattern.compile("env|nice|ionice|nohup|setsid|timeout|taskset|stdbuf|time|busybox");

  /** Options of {@code java} that have a value behind them. */
  private static final List<String> JAVA_PATHS =
      List.of("-cp", "-classpath", "--class-path", "-p", "--module-path");

  /**
   * @param command at least the program
   */
  public static ProgramWords of(List<String> command) {
    String program = baseName(command.getFirst());
    if (WRAPPER.matcher(program).matches()) {
      return new ProgramWords(List.copyOf(command), false);
    }
    if (!INTERPRETER.matcher(program).matches()) {
      return new ProgramWords(List.of(command.getFirst()), false);
    }
    boolean valueNext = false;
    for (int i = 1; i < command.size(); i++) {
      String word = command.get(i);
      if (!valueNext && !word.startsWith("-")) {
        return new ProgramWords(List.copyOf(command.subList(0, i + 1)), true);
      }
      valueNext = program.startsWith("java") && JAVA_PATHS.contains(word);
    }
    return new ProgramWords(List.copyOf(command), false);
  }

  /** For people. */
  public String label() {
    String text = String.join(" ", words);
    return text.length() <= LABEL_MAX ? text : text.substring(0, LABEL_MAX - 1) + "…";
  }

  /** The last part of a path. */
  public static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
