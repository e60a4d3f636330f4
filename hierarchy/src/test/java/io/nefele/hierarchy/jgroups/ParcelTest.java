package io.nefele.hierarchy.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParcelTest {
  @Property
  void whatIsPutInComesOut(@ForAll @Size(min = 1, max = 20) List<byte[]> contents)
      throws MalformedMessage {
    List<Bytes> messages = contents.stream().map(Bytes::wrap).toList();

    assertEquals(messages, Parcel.open(Bytes.wrap(Parcel.of(messages))));
  }

  @Property
  void anyOtherBytesAreNoParcel(@ForAll byte[] content) throws MalformedMessage {
    Bytes bytes = Bytes.wrap(content);
    if (content.length > 0 && (content[0] == 0 || content[0] == 1)) {
      return;
    }

    assertThrows(MalformedMessage.class, () -> Parcel.open(bytes));
  }

  @Property
  void aParcelThatWasCutShortIsNone(
      @ForAll @Size(min = 2, max = 5) List<byte[]> contents, @ForAll byte cut) {
    byte[] parcel = Parcel.of(contents.stream().map(Bytes::wrap).toList());
    int length = 1 + Math.floorMod(cut, parcel.length - 1);
    Bytes part = Bytes.wrap(Arrays.copyOf(parcel, length));

    assertThrows(MalformedMessage.class, () -> Parcel.open(part));
  }

  @Test
  void aListBehindAnotherMarkOrWithSomethingBehindItIsNoParcel() {
    byte[] parcel = Parcel.of(List.of(Bytes.utf8("a"), Bytes.utf8("b")));
    byte[] marked = parcel.clone();
    marked[0] = 2;
    byte[] longer = Arrays.copyOf(parcel, parcel.length + 1);

    assertThrows(MalformedMessage.class, () -> Parcel.open(Bytes.wrap(marked)));
    assertThrows(MalformedMessage.class, () -> Parcel.open(Bytes.wrap(longer)));
  }
}
