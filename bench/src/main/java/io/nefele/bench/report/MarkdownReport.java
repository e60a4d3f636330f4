package io.nefele.bench.report;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report for people. */
public final class MarkdownReport {
  private MarkdownReport() {}

  public static String render(Report report) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(report.title()).append("\n\n");
    header(text, report);
    for (Section section : report.sections()) {
      text.append("\n## ").append(section.title()).append("\n\n");
      text.append(section.method()).append("\n\n");
      table(text, section);
    }
    return text.toString();
  }

  private static void header(StringBuilder text, Report report) {
    MachineFacts machine = report.machine();
    text.append("`nefele bench ").append(report.name()).append("`, ").append(machine.date());
    text.append(", commit ").append(machine.commit()).append(".\n");
    text.append(machine.cpu()).append(", ").append(machine.cores()).append(" cores, ");
    text.append(
        String.format(
            Locale.ROOT, "%.1f GiB, Linux ", machine.memoryBytes() / (double) (1L << 30)));
    text.append(machine.kernel()).append(", ").append(machine.jdk());
    text.append(", load average ").append(machine.loadAverage()).append(" before the run.\n");
  }

  private static void table(StringBuilder text, Section section) {
    text.append("| what | value | more | beside | ratio | goal | |\n");
    text.append("|---|---:|---|---|---:|---|---|\n");
    for (Row row : section.rows()) {
      text.append("| ").append(cell(row.what()));
      text.append(" | ").append(cell(outcome(row.outcome())));
      text.append(" | ").append(cell(details(row.details())));
      text.append(" | ");
      row.beside().ifPresent(b -> text.append(cell(b.what())).append(": ").append(b.quantity()));
      text.append(" | ");
      row.ratio().ifPresent(ratio -> text.append(new Quantity(ratio, Unit.TIMES)));
      text.append(" | ");
      row.goal().ifPresent(text::append);
      text.append(" | ");
      row.verdict().ifPresent(verdict -> text.append(word(verdict)));
      text.append(" |\n");
    }
  }

  private static String outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Measured(Quantity quantity) -> quantity.toString();
      case Outcome.Failed(String why) -> "failed: " + why;
    };
  }

  private static String details(Map<String, Quantity> details) {
    return details.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case MISSED -> "**missed**";
      case OPEN -> "open";
    };
  }

  /** Whatever it holds, a cell stays a cell. */
  private static String cell(String content) {
    return content.replace("|", "\\|").replaceAll("\\s+", " ");
  }
}
