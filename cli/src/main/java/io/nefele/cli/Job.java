package io.nefele.cli;

import io.nefele.lib.rollout.RolloutTerms;
import io.nefele.wire.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a job file says.
 *
 * @param parts in its order
 * @param text of the file
 */
record Job(String name, List<Part> parts, String text) {
  /** On each process of a job: the name of the job. */
  static final String JOB = "nefele.job";

  /** On each process of a part: the name of the part. */
  static final String PART = "nefele.part";

  /** On each process of a part: {@link Part#revision}. */
  static final String REVISION = "nefele.revision";

  private static final int REVISION_BYTES = 5;

  /** When a part runs. */
  sealed interface Kind {
    /** Always, so many at a time. */
    record Service(RolloutTerms terms) implements Kind {}

    /** To its end, one time for each revision. */
    record Once() implements Kind {}

    /** Again and again. */
    record Periodic(Timetable timetable, Overlap overlap, Missed missed) implements Kind {}
  }

  /** What is done when a run is due while the one before runs. */
  enum Overlap {
    SKIP,
    QUEUE,
    PARALLEL
  }

  /** What is done about runs that were due while nobody was there to start them. */
  enum Missed {
    SKIP,
    /** One run stands for all of them. */
    ONCE
  }

  /**
   * A part of a job.
   *
   * @param start of its processes, without what tells that they belong to the job
   */
  record Part(String name, Kind kind, Start start) {

    ProcessSpec spec() {
      return start.spec();
    }

    /** The same part with what it ships in a bundle. */
    Part packed(ProcessSpec spec) {
      return new Part(name, kind, Start.of(spec));
    }

    /** How many are to run at any time. */
    int wanted() {
      return kind instanceof Kind.Service(var terms) ? terms.count() : 0;
    }

    /** Equal for those that need no replacement by each other: short, and of all but the count. */
    String revision() {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256")
                .digest(String.join("\n", texts(spec())).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, REVISION_BYTES);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("each JDK has SHA-256", e);
      }
    }

    /** The spec of its processes as they are started. */
    ProcessSpec spec(String job) {
      return spec().toBuilder()
          .labels(List.of(JOB + "=" + job, PART + "=" + name, REVISION + "=" + revision()))
          .build();
    }
  }

  /** All that is said in a spec, so that what is added to specs later changes no revision. */
  private static List<String> texts(ProcessSpec spec) {
    List<String> texts = new ArrayList<>();
    JobDifference.fields(spec)
        .forEach(
            (field, value) -> {
              if (!value.isEmpty()) {
                texts.add(field + " " + value);
              }
            });
    return texts;
  }
}
