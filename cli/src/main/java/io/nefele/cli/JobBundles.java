package io.nefele.cli;

import io.nefele.wire.ProcessSpec;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What the parts of a job were packed to, as text for its keeper, which has not got the files. One
 * part has a word each for its name, its bundle, its program, its working directory, and its
 * constraints, to which the bundle may have added one.
 */
final class JobBundles {
  private static final int WORDS = 5;

  private JobBundles() {}

  /** The bundles of {@code job}, which is packed. */
  static String of(Job job) {
    StringJoiner text = new StringJoiner(" ");
    for (Job.Part part : job.parts()) {
      ProcessSpec spec = part.spec();
      if (spec.bundle().isPresent()) {
        text.add(word(part.name()))
            .add(word(spec.bundle().get()))
            .add(word(spec.command().getFirst()))
            .add(word(spec.workingDirectory()))
            .add(word(String.join("\n", spec.constraints())));
      }
    }
    return text.toString();
  }

  /** {@code job} as read from its file, packed as it was when {@code text} was made of it. */
  static Job in(Job job, String text) {
    Map<String, List<String>> packed = new LinkedHashMap<>();
    String[] words = text.isEmpty() ? new String[0] : text.split(" ", -1);
    for (int i = 0; i + WORDS <= words.length; i += WORDS) {
      List<String> part = new ArrayList<>();
      for (int j = 1; j < WORDS; j++) {
        part.add(URLDecoder.decode(words[i + j], StandardCharsets.UTF_8));
      }
      packed.put(URLDecoder.decode(words[i], StandardCharsets.UTF_8), part);
    }
    List<Job.Part> parts = new ArrayList<>();
    for (Job.Part part : job.parts()) {
      List<String> its = packed.get(part.name());
      parts.add(its == null ? part : part.packed(packed(part.spec(), its)));
    }
    return new Job(job.name(), List.copyOf(parts), job.text());
  }

  private static ProcessSpec packed(ProcessSpec spec, List<String> words) {
    List<String> command = new ArrayList<>(spec.command());
    command.set(0, words.get(1));
    return spec.shippedAs(
        words.get(0),
        List.copyOf(command),
        words.get(2),
        words.get(3).lines().skip(spec.constraints().size()).toList());
  }

  private static String word(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
