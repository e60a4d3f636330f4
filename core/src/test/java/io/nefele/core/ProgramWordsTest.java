package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramWordsTest {
  @Test
  void ofAProgramItsArgumentsDoNotMatter() {
    assertEquals("./work", label("./work", "--fast", "17"));
    assertEquals("/bin/sleep", label("/bin/sleep", "9"));
  }

  @Test
  void ofAnInterpreterTheScriptDoes() {
    assertEquals("python3 job.py", label("python3", "job.py", "17"));
    assertEquals(
        "/usr/bin/python3.13 -u job.py", label("/usr/bin/python3.13", "-u", "job.py", "1"));
    assertEquals("sh -c sleep 9", label("sh", "-c", "sleep 9", "name"));
    assertEquals("python3 -m http.server", label("python3", "-m", "http.server", "80"));
    assertEquals("java -jar x.jar", label("java", "-jar", "x.jar", "80"));
    assertEquals("java -cp a.jar Main", label("java", "-cp", "a.jar", "Main", "80"));
    assertEquals("bash", label("bash"));
  }

  @Test
  void ofAWrapperAllDoes() {
    assertEquals("nice -n 5 ./work 17", label("nice", "-n", "5", "./work", "17"));
  }

  @Test
  void aLabelIsShort() {
    assertEquals(60, label("sh", "-c", "x".repeat(1_000)).length());
  }

  private static String label(String... command) {
    return ProgramWords.of(List.of(command)).label();
  }
}
