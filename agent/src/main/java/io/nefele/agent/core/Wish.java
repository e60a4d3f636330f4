package io.nefele.agent.core;

import io.nefele.agent.depot.BundleKey;
import io.nefele.core.AgentId;
import io.nefele.core.Digest;
import io.nefele.core.Name;
import io.nefele.core.Priority;
import io.nefele.core.ProcessInput;
import io.nefele.core.Sizing;
import io.nefele.core.StartOrder;
import io.nefele.placement.Component;
import io.nefele.placement.Constraint;
import io.nefele.placement.ProcessTemplate;
import io.nefele.placement.Resources;
import io.nefele.placement.Shipment;
import io.nefele.placement.Terms;
import io.nefele.wire.PlacingRow;
import io.nefele.wire.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is to be placed, completed by what its caller left open.
 *
 * @param filled what was filled in
 */
record Wish(List<Component> components, List<PlacingRow.FilledRow> filled) {
  private static final long MEMORY_BYTES_MIN = 512 << 10;

  /**
   * @param self who has the bundles that are named
   * @param facts what was found out about the program of each spec; empty: nothing of any
   * @throws IllegalArgumentException if a spec is none, in words for its caller
   */
  static Wish of(
      AgentId self, Name tenant, List<ProcessSpec> specs, List<ProgramFacts> facts, Sizes sizes) {
    List<Component> components = new ArrayList<>();
    List<PlacingRow.FilledRow> filled = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      ProcessSpec spec = specs.get(i);
      check(spec);
      Sizes.Sized sized =
          sizes.fill(tenant, spec, i < facts.size() ? Optional.of(facts.get(i)) : Optional.empty());
      components.add(component(tenant, spec, sized, shipment(spec, self)));
      filled.addAll(sized.filled());
    }
    refuseCircles(specs);
    int count = Component.processes(components);
    if (count < 1 || count > Component.COUNT_MAX) {
      throw new IllegalArgumentException(
          "a spawn is of 1 to " + Component.COUNT_MAX + " processes, not of " + count);
    }
    return new Wish(List.copyOf(components), List.copyOf(filled));
  }

  /** Whether any cpu is set aside on the grounds of what programs used before. */
  boolean guessesCpu() {
    return components.stream().anyMatch(Wish::guessesCpu);
  }

  /**
   * The same without that: whoever finds less cpu than it would like runs slower, and is still
   * better off than not at all.
   */
  Wish withoutGuessedCpu() {
    return new Wish(
        components.stream()
            .map(c -> guessesCpu(c) ? new Component(withoutCpu(c.template()), c.count()) : c)
            .toList(),
        filled.stream()
            .map(
                row ->
                    row.resource().equals(Sizes.CPU)
                            && row.from().equals(Sizing.Source.HISTORY.text())
                        ? new PlacingRow.FilledRow(
                            row.command(),
                            row.resource(),
                            row.amount(),
                            row.from(),
                            row.why(),
                            false)
                        : row)
            .toList());
  }

  /** A word on what was filled in, behind why it is refused; empty if nothing was. */
  String remark() {
    StringBuilder text = new StringBuilder();
    for (PlacingRow.FilledRow row : filled) {
      if (row.kept() && text.indexOf("--" + row.resource()) < 0) {
        text.append("; the ")
            .append(row.resource())
            .append(" of '")
            .append(row.command())
            .append("' was not said and is from its ")
            .append(row.from())
            .append(" (")
            .append(row.why())
            .append("): --")
            .append(row.resource())
            .append(" says otherwise, 0 for none");
      }
    }
    return text.toString();
  }

  /** Why it is no use to try. */
  Optional<String> tooLittle() {
    return components.stream().flatMap(component -> tooLittle(component).stream()).findFirst();
  }

  private static boolean guessesCpu(Component component) {
    return component.template().terms().sizing().cpu() == Sizing.Source.HISTORY
        && component.template().demand().cpuMillis() > 0;
  }

  private static ProcessTemplate withoutCpu(ProcessTemplate template) {
    Resources demand = template.demand();
    Terms terms = template.terms();
    Sizing sizing =
        new Sizing(terms.sizing().program(), Sizing.Source.ASKED, terms.sizing().memory());
    return new ProcessTemplate(
        template.tenant(),
        template.name(),
        new Resources(0, demand.memoryBytes(), demand.others()),
        template.labels(),
        template.constraints(),
        template.environment(),
        template.workingDirectory(),
        template.command(),
        terms.with(sizing));
  }

  private static void refuseCircles(List<ProcessSpec> specs) {
    StartOrder order = new StartOrder();
    for (ProcessSpec spec : specs) {
      spec.name().ifPresent(name -> order.add(new Name(name), spec.lifecycle().after()));
    }
    order
        .circle()
        .ifPresent(
            circle -> {
              throw new IllegalArgumentException(circle);
            });
  }

  /**
   * @throws IllegalArgumentException if it can't be started anywhere, in words for people
   */
  static void check(ProcessSpec spec) {
    if (spec.cpuMillis() < ProcessSpec.NOTHING || spec.memoryBytes() < ProcessSpec.NOTHING) {
      throw new IllegalArgumentException(
          "resources are not negative: "
              + spec.cpuMillis()
              + " mCPU, "
              + spec.memoryBytes()
              + " bytes");
    }
    if (!spec.workingDirectory().startsWith("/") && spec.bundle().isEmpty()) {
      throw new IllegalArgumentException(
          "a working directory is absolute: '" + spec.workingDirectory() + "'");
    }
    for (String label : spec.labels()) {
      if (label.indexOf('=') < 1) {
        throw new IllegalArgumentException("a label is KEY=VALUE, not '" + label + "'");
      }
    }
    Priority.parse(spec.labels());
    if (spec.command().isEmpty()) {
      throw new IllegalArgumentException("a process needs a command");
    }
    if (spec.lifecycle().disruptions() > 0 && spec.name().isEmpty()) {
      throw new IllegalArgumentException(
          "a disruption budget is of a name; give the processes one with --name");
    }
    if (spec.lifecycle().isTended() && !(spec.input() instanceof ProcessInput.Empty)) {
      throw new IllegalArgumentException(
          "a process that reads input can't be started again or checked; leave out one of them");
    }
  }

  private static Component component(
      Name tenant, ProcessSpec spec, Sizes.Sized sized, Optional<Shipment> shipment) {
    ProcessTemplate template =
        new ProcessTemplate(
            tenant,
            spec.name().map(Name::new),
            Resources.of(sized.cpuMillis(), sized.memoryBytes(), spec.resources()),
            spec.labels(),
            constraints(spec),
            spec.environment(),
            spec.workingDirectory(),
            spec.command(),
            new Terms(spec.input(), spec.pids(), spec.lifecycle(), sized.sizing(), shipment));
    Restarts.check(template);
    return new Component(template, spec.count());
  }

  private static Optional<Shipment> shipment(ProcessSpec spec, AgentId self) {
    return spec.bundle().map(Digest::parse).map(id -> new Shipment(id, self));
  }

  /** The bundles that hold the programs. */
  Stream<BundleKey> bundles() {
    return components.stream()
        .map(Component::template)
        .flatMap(template -> BundleKey.of(template).stream());
  }

  /** Isolation is asked of servers as their labels are. */
  private static List<Constraint> constraints(ProcessSpec spec) {
    List<Constraint> constraints = new ArrayList<>();
    spec.constraints().stream().map(Constraint::parse).forEach(constraints::add);
    switch (spec.isolation()) {
      case "none" -> {}
      case "userns" ->
          constraints.add(Constraint.parse("constraint " + AgentProfile.ISOLATION + "!=none"));
      case "full" ->
          constraints.add(Constraint.parse("constraint " + AgentProfile.ISOLATION + "=full"));
      default ->
          throw new IllegalArgumentException(
              "isolation is none, userns or full, not '" + spec.isolation() + "'");
    }
    return constraints;
  }

  private static Optional<String> tooLittle(Component component) {
    long memoryBytes = component.template().demand().memoryBytes();
    boolean limits = component.template().terms().sizing().memory() == Sizing.Source.ASKED;
    return !limits || memoryBytes == 0 || memoryBytes >= MEMORY_BYTES_MIN
        ? Optional.empty()
        : Optional.of(
            "a memory limit of "
                + memoryBytes
                + " bytes is less than any program needs to start; give it 512K or more");
  }
}
