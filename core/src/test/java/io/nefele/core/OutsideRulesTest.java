package io.nefele.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideRulesTest {
  private static final Bytes SOMEWHERE = address("192.0.2.7");
  private static final Bytes LOOPBACK = address("127.0.0.1");

  private static Bytes address(String text) {
    return NetworkRange.parse(text).orElseThrow().base();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "any",
        "any,local,expose",
        "expose:8080",
        "db.example.com:5432,*.example.com",
        "10.0.0.0/8,[2001:db8::/32]:443,192.0.2.1:80",
        "dc2:/",
        "any,dc2:/,dc-3:/"
      })
  void rulesAreReadAndWrittenAlike(String text) throws MalformedMessage {
    OutsideRules rules = OutsideRules.parse(text);
    assertEquals(text, rules.text());
    assertEquals(rules, OutsideRules.CODEC.fromBytes(OutsideRules.CODEC.toBytes(rules)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "any,none",
        "any:0",
        "any:70000",
        "any:x",
        "10.0.0.0/33",
        "10.0.0",
        "1.2.3.04",
        "tcp://db:1",
        "a b",
        "*",
        "2001:db8::1",
        "[10.0.0.1]",
        "-a",
        "[::1",
        ":/",
        "any:/",
        "DC2:/",
        "dc2:/web",
        "dc2:/:80"
      })
  void whatIsNoRule_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> OutsideRules.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "any, db, 5432, 192.0.2.7, true",
    "any:443, db, 5432, 192.0.2.7, false",
    "db:5432, DB, 5432, 192.0.2.7, true",
    "db:5432, db, 80, 192.0.2.7, false",
    "*.example.com, a.example.com, 1, 192.0.2.7, true",
    "*.example.com, example.com, 1, 192.0.2.7, false",
    "*.example.com, evilexample.com, 1, 192.0.2.7, false",
    "192.0.2.0/24, db, 1, 192.0.2.7, true",
    "192.0.2.0/24, db, 1, 192.0.3.7, false",
    "[2001:db8::/32], db, 1, 2001:db8:1::7, true",
    "[2001:db8::/32], db, 1, 2001:db9::7, false",
    "none, db, 1, 192.0.2.7, false",
    "expose, db, 1, 192.0.2.7, false"
  })
  void aMessageGoesWhereARuleSaysSo(
      String rules, String host, int port, String at, boolean permitted) {
    assertEquals(permitted, OutsideRules.parse(rules).permits(host, port, address(at), false));
  }

  @ParameterizedTest
  @CsvSource({
    "any, false",
    "local, true",
    "local:6, false",
    "rebound, false",
    "0.0.0.0/0, false",
    "127.0.0.0/8, true",
    "127.0.0.1:7, true",
    "10.0.0.0/8, false"
  })
  void theServerItself_isReachedOnlyByWhoeverNamesIt(String rules, boolean permitted) {
    assertEquals(permitted, OutsideRules.parse(rules).permits("rebound", 7, LOOPBACK, true));
  }

  @Test
  void theGatewaysOfAFabric_areReachedByWhoeverNamesIt_andNothingElseIs() {
    OutsideRules rules = OutsideRules.parse("dc2:/");
    assertTrue(rules.permits(new FabricName("dc2")));
    assertFalse(rules.permits(new FabricName("dc3")));
    assertFalse(rules.permits("dc2", 7500, SOMEWHERE, false));
    assertFalse(rules.mayPermit("dc2", 7500));
    assertFalse(rules.permitsExposing(7500));
    assertFalse(OutsideRules.parse("any,local").permits(new FabricName("dc2")));
  }

  @Test
  void whatNoAddressCouldPermit_isKnownBeforeALookUp() {
    assertFalse(OutsideRules.parse("db,10.0.0.0/8").mayPermit("192.0.2.7", 1));
    assertTrue(OutsideRules.parse("10.0.0.0/8").mayPermit("a-name-that-may-be-there", 1));
    assertFalse(OutsideRules.parse("db").mayPermit("other", 1));
    assertFalse(OutsideRules.NONE.mayPermit("db", 1));
  }

  @Test
  void lowPorts_haveToBeNamedToBeExposed() {
    assertTrue(OutsideRules.parse("expose").permitsExposing(8080));
    assertFalse(OutsideRules.parse("expose").permitsExposing(80));
    assertTrue(OutsideRules.parse("expose:80").permitsExposing(80));
    assertFalse(OutsideRules.parse("any,local").permitsExposing(8080));
    assertTrue(OutsideRules.EVERYTHING.permitsExposing(80));
    assertTrue(OutsideRules.EVERYTHING.permits("db", 1, SOMEWHERE, false));
  }
}
