package io.nefele.bench;

import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.report.JsonReport;
import io.nefele.bench.report.JsonSections;
import io.nefele.bench.report.MachineFacts;
import io.nefele.bench.report.MarkdownReport;
import io.nefele.bench.report.Plot;
import io.nefele.bench.report.Report;
import io.nefele.bench.report.Section;
import io.nefele.bench.report.SvgPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all benchmarks have in common: they measure, print a report, and may keep it. */
public abstract class BenchCommand implements Callable<Integer> {
  private static final String SOURCE_TREE = "";

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON document instead of Markdown.")
  private boolean json;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      arity = "0..1",
      fallbackValue = SOURCE_TREE,
      description =
          "Also write NAME.md and NAME.json, and plots if there are any, to DIR (default: the"
              + " source tree's bench/results), in place of an earlier run's.")
  private @Nullable String save;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** The heading of the report. */
  protected abstract String title();

  /** Refuses options that make no sense, by {@link #require}, before anything is started. */
  protected abstract void check();

  /**
   * What {@code --save} writes: what was measured, and what it keeps of an earlier run that
   * measured other things. By default it keeps nothing.
   */
  protected List<Section> merged(List<Section> earlier, List<Section> measured) {
    return measured;
  }

  /** What {@code --save} draws besides. */
  protected List<Plot> plots(List<Section> sections) {
    return List.of();
  }

  /** Takes the measurements; ends all that it starts. */
  protected abstract List<Section> measure(Distribution distribution) throws Exception;

  @Override
  public final Integer call() throws Exception {
    check();
    Distribution distribution = Distribution.current();
    Path directory = save == null ? null : directory(distribution, save);
    MachineFacts machine = MachineFacts.read(distribution.commit());
    Report report = new Report(spec().name(), title(), machine, measure(distribution));
    spec()
        .commandLine()
        .getOut()
        .print(json ? JsonReport.render(report) : MarkdownReport.render(report));
    spec().commandLine().getOut().flush();
    if (directory != null) {
      write(
          directory,
          new Report(
              report.name(),
              report.title(),
              machine,
              merged(earlier(directory, report.name()), report.sections())));
    }
    return 0;
  }

  private static List<Section> earlier(Path directory, String name) throws IOException {
    Path file = directory.resolve(name + ".json");
    return Files.exists(file) ? JsonSections.read(Files.readString(file)) : List.of();
  }

  /** Tells people what is being done; the report alone goes to standard output. */
  protected final void progress(String what) {
    spec().commandLine().getErr().println(what);
  }

  /**
   * Checks what the user gave.
   *
   * @throws ParameterException with {@code rule}, if it does not hold
   */
  protected final void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec().commandLine(), rule);
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run by a command line");
    }
    return spec;
  }

  private static Path directory(Distribution distribution, String given) throws BenchFailure {
    if (!given.equals(SOURCE_TREE)) {
      return Path.of(given);
    }
    return distribution
        .sourceTree()
        .map(tree -> tree.resolve("bench/results"))
        .orElseThrow(() -> new BenchFailure("there is no source tree here; name it: --save=DIR"));
  }

  private void write(Path directory, Report report) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(report.name() + ".md"), MarkdownReport.render(report));
    Files.writeString(directory.resolve(report.name() + ".json"), JsonReport.render(report));
    for (Plot plot : plots(report.sections())) {
      Files.writeString(directory.resolve(plot.name() + ".svg"), SvgPlot.render(plot));
    }
  }
}
