package io.nefele.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.FabricName;
import io.nefele.core.Name;
import io.nefele.core.ProcessId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  private static final Name WEB = new Name("web");

  @Test
  void everyFormIsUnderstood() {
    ProcessId id = ProcessId.parse("7h3kq2m9x4.1.17");
    assertEquals(new Address.Of(id), Address.parse("7h3kq2m9x4.1.17"));
    assertEquals(new Address.Any(WEB, new Address.Choice.Nearest()), Address.parse("web"));
    assertEquals(Address.parse("web"), Address.parse("any:web"));
    assertEquals(Address.parse("web"), Address.parse("any:web?by=nearest"));
    assertEquals(
        new Address.Any(WEB, new Address.Choice.RoundRobin()),
        Address.parse("any:web?by=round-robin"));
    assertEquals(
        new Address.Any(WEB, new Address.Choice.LeastLoaded()),
        Address.parse("any:web?by=least-loaded"));
    assertEquals(
        new Address.Any(WEB, new Address.Choice.Sticky("a b?")), Address.parse("any:web?key=a b?"));
    assertEquals(new Address.All(WEB), Address.parse("all:web"));
    assertEquals(new Address.Tenant(), Address.parse("tenant:"));
    assertEquals(new Address.Tcp("db.local", 5432), Address.parse("tcp://db.local:5432"));
    assertEquals(new Address.Tcp("::1", 80), Address.parse("tcp://[::1]:80"));
    assertEquals(new Address.Web(false, "h", 80, "/"), Address.parse("http://h"));
    assertEquals(
        new Address.Web(true, "h.example", 8443, "/a%20b?c=d"),
        Address.parse("https://h.example:8443/a%20b?c=d"));
    assertEquals(new Address.Web(true, "::1", 443, "/"), Address.parse("https://[::1]"));
    for (String to :
        List.of("web", "a/b", "7h3kq2m9x4.1.17", "any:web?by=nearest", "all:web", "tenant:")) {
      Address.Fabric far = new Address.Fabric(new FabricName("dc2"), to);
      assertEquals(far, Address.parse("dc2:/" + to));
      assertEquals("dc2:/" + to, far.text());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "any:",
        "any:web?by=luck",
        "any:web?key=",
        "all:7",
        "tenant:web",
        "tcp://host",
        "tcp://host:0",
        "tcp://host:70000",
        "dc2:web",
        "dc2:/",
        "dc2://web",
        "dc2:/7",
        "dc2:/all:7",
        "dc2:/dc3:/web",
        "dc2:/tcp://db:1",
        "dc2:/http://host/",
        "DC2:/web",
        "dc-:/web",
        "2dc:/web",
        "any:/web",
        "all:/web",
        "tenant:/web",
        "http:/web",
        "tcp:/web",
        "http://user@host/",
        "http://host:0/",
        "http://host/a b",
        "http://host/%zz",
        "ftp://host/"
      })
  void whatIsNoAddress_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Address.parse(text));
  }

  @Test
  void whoIsMeantInAnotherFabric_isNamedShortly() {
    String key = "k".repeat(Address.TO_MAX);
    assertThrows(IllegalArgumentException.class, () -> Address.parse("dc2:/any:web?key=" + key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://db:1", "http://h/", "https:", "dc2:/web", "dc2:/"})
  void whatIsMeantForOutside_isKnownByItsFront(String text) {
    assertTrue(Address.leadsOutside(text));
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a/c, false",
    "a, a/b, false",
    "a/b, a, false",
    "*, a, true",
    "*, a/b, false",
    "a/*/c, a/b/c, true",
    "a/*/c, a/b/d, false",
    "a/*, a, false",
    "a/**, a, true",
    "a/**, a/b/c, true",
    "a/**, b, false",
    "**, a/b, true",
    "*/b, a/b, true"
  })
  void patternsMatchWholeSegments(String pattern, String topic, boolean matches) {
    assertEquals(matches, Topic.matches(Topic.checkPattern(pattern), Topic.check(topic)));
  }

  @Test
  void starsWithinSegmentsAndEmptySegments_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> Topic.checkPattern("a*/b"));
    assertThrows(IllegalArgumentException.class, () -> Topic.checkPattern("**/b"));
    assertThrows(IllegalArgumentException.class, () -> Topic.check("a/*"));
    assertThrows(IllegalArgumentException.class, () -> Topic.check("a//b"));
    assertTrue(Topic.matches("a/b", Topic.check("a/b")));
    assertFalse(Topic.matches("a/b", "a/b/"));
  }
}
