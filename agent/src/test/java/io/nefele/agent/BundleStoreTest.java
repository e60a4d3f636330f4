package io.nefele.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.hash.Hashing;
import io.nefele.agent.depot.BundleKey;
import io.nefele.agent.depot.DepotEffect;
import io.nefele.agent.depot.DepotInput;
import io.nefele.core.Bytes;
import io.nefele.core.Digest;
import io.nefele.core.Name;
import io.nefele.wire.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleStoreTest {
  private static final Bytes FIRST = Bytes.utf8("first_");
  private static final Bytes LAST = Bytes.utf8("last");
  private static final Bytes MANIFEST =
      Manifest.CODEC.toBytes(
          new Manifest(
              FIRST.size(),
              List.of(
                  new Manifest.Entry.File("bin/prog", true, 10, List.of(of(FIRST), of(LAST))),
                  new Manifest.Entry.Link("prog", "bin/prog"))));
  private static final BundleKey KEY = new BundleKey(new Name("team/a"), of(MANIFEST));

  @TempDir Path directory = Path.of("");

  @Test
  void aBundleIsATreeOfItsFiles_andIsKnownAgain() throws IOException {
    BundleStore store = sealed();
    Path tree = BundleStore.tree(directory, KEY);
    assertEquals("first_last", Files.readString(tree.resolve("prog")));
    assertTrue(Files.isExecutable(tree.resolve("bin/prog")));
    assertEquals(
        Optional.of(new DepotInput.ReadDone(1, KEY, Optional.of(LAST))),
        store.perform(new DepotEffect.Read(1, KEY, 1)));
    DepotInput.Stored stored = new BundleStore(directory).recover().getFirst();
    assertEquals(KEY, stored.key());
    assertTrue(stored.whole());
    store.perform(new DepotEffect.Drop(KEY));
    assertEquals(List.of(), new BundleStore(directory).recover());
  }

  @Test
  void whatWasWrittenDuringAnotherRunOfTheKernelIsChecked() throws IOException {
    sealed();
    Path bundle = BundleStore.tree(directory, KEY).resolveSibling("whole");
    Files.writeString(bundle, "another");
    Path prog = BundleStore.tree(directory, KEY).resolve("bin/prog");
    prog.toFile().setWritable(true);
    Files.writeString(prog, "first_lost");
    BundleStore store = new BundleStore(directory);
    assertFalse(store.recover().getFirst().whole());
    assertEquals(
        Optional.of(new DepotInput.Checked(KEY, List.of(1))),
        store.perform(new DepotEffect.Check(KEY)));
    store.perform(new DepotEffect.Keep(KEY, 1, LAST));
    assertEquals("first_last", Files.readString(prog));
  }

  @Test
  void whatIsNoBundleIsRemoved() throws IOException {
    Path broken = Files.createDirectories(directory.resolve("tenant").resolve(KEY.id().toString()));
    Files.writeString(broken.resolve("manifest"), "nonsense");
    assertEquals(List.of(), new BundleStore(directory).recover());
    assertFalse(Files.exists(broken));
  }

  @Test
  void whatIsTooLargeForTheDiskIsRefusedBeforeAnythingIsWritten() throws IOException {
    Manifest.Entry huge = new Manifest.Entry.File("huge", false, 1L << 20, List.of(of(FIRST)));
    Bytes manifest = Manifest.CODEC.toBytes(new Manifest(1 << 20, List.of(huge)));
    BundleStore store = new BundleStore(directory, Long.MAX_VALUE / 2);
    BundleKey key = new BundleKey(new Name("t"), of(manifest));
    assertTrue(
        store.perform(new DepotEffect.Begin(key, manifest)).orElseThrow()
                instanceof DepotInput.Failed failed
            && failed.reason().contains("has only 0 MiB to spare"));
  }

  private BundleStore sealed() throws IOException {
    BundleStore store = new BundleStore(directory);
    store.perform(new DepotEffect.Begin(KEY, MANIFEST));
    assertEquals(
        Optional.of(new DepotInput.Kept(KEY, 1)),
        store.perform(new DepotEffect.Keep(KEY, 1, LAST)));
    store.perform(new DepotEffect.Keep(KEY, 0, FIRST));
    store.perform(new DepotEffect.Seal(KEY));
    return store;
  }

  private static Digest of(Bytes content) {
    return new Digest(Bytes.wrap(Hashing.sha256().hashBytes(content.unsafeArray()).asBytes()));
  }
}
