package io.nefele.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.core.MalformedMessage;
import io.nefele.wire.Manifest.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final Digest SOME = new Digest(Bytes.wrap(new byte[Digest.SIZE]));

  @Test
  void whatAManifestHoldsIsTheSameAfterItsCodec() throws MalformedMessage {
    Manifest manifest =
        new Manifest(
            10,
            List.of(
                new Entry.Directory("bin"),
                new Entry.File("bin/prog", true, 25, List.of(SOME, SOME, SOME)),
                new Entry.File("empty", false, 0, List.of()),
                new Entry.Link("lib/link", "../bin/prog")));
    assertEquals(manifest, Manifest.CODEC.fromBytes(Manifest.CODEC.toBytes(manifest)));
    assertEquals(25, manifest.size());
    assertEquals(new Manifest.Piece("bin/prog", 20, 5, SOME), manifest.pieces().getLast());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc/passwd", "../up", "a/../../up", "a//b", "a/.", "nul\0"})
  void pathsThatLeadElsewhereAreRefused(String path) {
    assertRefused(new Entry.File(path, false, 0, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc", "..", "../..", "a/../../.."})
  void linksThatLeadOutOfTheBundleAreRefused(String target) {
    assertRefused(new Entry.Link("link", target));
  }

  @Test
  void filesBelowLinksAndTwiceTheSamePathAreRefused() {
    assertRefused(new Entry.Link("a", "b"), new Entry.File("a/c", false, 0, List.of()));
    assertRefused(new Entry.Directory("a"), new Entry.Link("a", "b"));
    assertRefused(new Entry.Directory("b"), new Entry.Directory("a"));
  }

  @Test
  void aFileHasAsManyChunksAsItsSizeTakes() {
    assertRefused(new Entry.File("a", false, 21, List.of(SOME, SOME)));
    assertRefused(new Entry.File("a", false, -1, List.of()));
  }

  private static void assertRefused(Entry... entries) {
    assertThrows(IllegalArgumentException.class, () -> new Manifest(10, List.of(entries)));
  }
}
