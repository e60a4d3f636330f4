package io.nefele.placement;

import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;

/**
 * What to start: the same for each process of a request.
 *
 * @param name under which the mailboxes of the processes are found, if any
 * @param demand granted to each process
 * @param labels {@code KEY=VALUE}, by which others refer to them
 * @param constraints where it may be
 * @param environment {@code KEY=VALUE}
 * @param workingDirectory absolute, on the server where a process runs
 * @param command program and arguments, at least the program
 * @param terms how it is to run
 */
public record ProcessTemplate(
    Name tenant,
    Optional<Name> name,
    Resources demand,
    List<String> labels,
    List<Constraint> constraints,
    List<String> environment,
    String workingDirectory,
    List<String> command,
    Terms terms) {

  private static final Codec<String> STRING =
      Codec.of((String text, Encoder out) -> out.string(text), Decoder::string);

  public static final Codec<ProcessTemplate> CODEC =
      Codec.of(
          (template, out) ->
              out.put(Name.CODEC, template.tenant)
                  .optional(Name.CODEC, template.name)
                  .put(Resources.CODEC, template.demand)
                  .list(STRING, template.labels)
                  .list(Constraint.CODEC, template.constraints)
                  .list(STRING, template.environment)
                  .string(template.workingDirectory)
                  .list(STRING, template.command)
                  .put(Terms.CODEC, template.terms),
          in ->
              new ProcessTemplate(
                  in.get(Name.CODEC),
                  in.optional(Name.CODEC),
                  in.get(Resources.CODEC),
                  in.list(STRING),
                  in.list(Constraint.CODEC),
                  in.list(STRING),
                  in.string(),
                  in.list(STRING),
                  in.get(Terms.CODEC)));

  /** On the usual terms. */
  public ProcessTemplate(
      Name tenant,
      Optional<Name> name,
      Resources demand,
      List<String> labels,
      List<Constraint> constraints,
      List<String> environment,
      String workingDirectory,
      List<String> command) {
    this(
        tenant,
        name,
        demand,
        labels,
        constraints,
        environment,
        workingDirectory,
        command,
        Terms.USUAL);
  }

  /** The same for a process that is started in place of {@code old}. */
  public ProcessTemplate inPlaceOf(ProcessId old) {
    return new ProcessTemplate(
        tenant,
        name,
        demand,
        labels,
        constraints,
        environment,
        workingDirectory,
        command,
        terms.inPlaceOf(old));
  }

  /** By what constraints refer to it. */
  Tags tags() {
    return new Tags(tenant, name, labels);
  }

  public ProcessTemplate {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a process needs a command");
    }
  }
}
