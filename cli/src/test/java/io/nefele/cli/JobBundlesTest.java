package io.nefele.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobBundlesTest {
  private static final String TEXT =
      """
      job: shop
      parts:
        plain: {command: [sleep, "1"]}
        script: {command: ["./a script%", --all], ship: "a script%", constraint: zone=a}
        tree: {command: [bin/prog, x], ship: tree}
        beside: {command: [sh, "a script%"], ship: "a script%"}
      """;

  @TempDir Path directory = Path.of("");

  @BeforeEach
  void writePrograms() throws IOException {
    write("a script%", "echo one");
    Files.createDirectories(directory.resolve("tree/bin"));
    write("tree/bin/prog", "echo tree");
  }

  @Test
  void keeperHasWhatWasPacked_whenTheFilesAreGone() throws Exception {
    Job packed = packed(read());
    String text = JobBundles.of(packed);
    Files.delete(directory.resolve("a script%"));

    Job kept = JobBundles.in(read(), text);

    assertEquals(specs(packed), specs(kept));
    assertEquals(List.of("./a script%", "--all"), kept.parts().get(1).spec().command());
    assertEquals(List.of("./bin/prog", "x"), kept.parts().get(2).spec().command());
    assertEquals(Optional.empty(), kept.parts().get(0).spec().bundle());
  }

  @Test
  void constraintThatABundleBrings_isKept() throws Exception {
    Job job = read();
    Job.Part script = job.parts().get(1);
    Job.Part packed =
        script.packed(
            script
                .spec()
                .shippedAs("b1", List.of("./p", "--all"), ".", List.of("constraint arch=x86_64")));
    Job kept = JobBundles.in(job, JobBundles.of(new Job("shop", List.of(packed), TEXT)));
    assertEquals(packed.spec(), kept.parts().get(1).spec());
  }

  @Test
  void revisionFollowsWhatIsInTheFile() throws Exception {
    Job first = packed(read());
    write("a script%", "echo two");
    Job second = packed(read());
    assertEquals(first.parts().get(0).revision(), second.parts().get(0).revision());
    assertNotEquals(first.parts().get(1).revision(), second.parts().get(1).revision());
    assertEquals(first.parts().get(2).revision(), second.parts().get(2).revision());
  }

  @Test
  void fileThatIsNotThere_isNamed() throws Exception {
    Files.delete(directory.resolve("a script%"));
    NefeleException refused = assertThrows(NefeleException.class, () -> packed(read()));
    assertTrue(String.valueOf(refused.getMessage()).contains("a script%"), refused::toString);
  }

  private Job read() throws NefeleException {
    return JobFile.parse(directory, "job.yaml", TEXT);
  }

  private static Job packed(Job job) throws NefeleException {
    List<Job.Part> parts = new ArrayList<>();
    for (Job.Part part : job.parts()) {
      parts.add(part.packed(part.start().packed().spec()));
    }
    return new Job(job.name(), parts, job.text());
  }

  private static List<?> specs(Job job) {
    return job.parts().stream().map(Job.Part::spec).toList();
  }

  private void write(String name, String command) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + command + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }
}
