package io.nefele.lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nefele.core.Bytes;
import io.nefele.wire.ErrorKind;
import io.nefele.wire.Frame;
import io.nefele.wire.Request;
import io.nefele.wire.RequestCodec;
import io.nefele.wire.Response;
import io.nefele.wire.ResponseCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/wire-protocol.md} to what the codec does. */
class WireProtocolDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/wire-protocol.md");
  private static final Pattern HEX = Pattern.compile("^((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  .*)?$");

  @Test
  void examples_areTheFramesOfTheCodec() throws IOException {
    List<String> examples = examples();
    assertEquals(3, examples.size());
    Frame send =
        RequestCodec.toFrame(
            7, new Request.Send(Optional.empty(), "web", Bytes.utf8("hello"), 1000));
    assertEquals(hex(send), examples.get(0));
    assertEquals(hex(ResponseCodec.toFrame(7, new Response.Done())), examples.get(1));
    assertEquals(
        hex(ResponseCodec.toFrame(7, new Response.Failed(ErrorKind.FAILED, "no 'web'."))),
        examples.get(2));
  }

  @Test
  void everyTypeNumberIsListed() throws IOException {
    String text = Files.readString(DOCUMENT);
    for (Class<?> request : Request.class.getPermittedSubclasses()) {
      assertTrue(
          text.matches("(?s).*\\| [0-9]+ \\| " + request.getSimpleName() + " \\|.*"),
          request.getSimpleName());
    }
    for (Class<?> response : Response.class.getPermittedSubclasses()) {
      // On the wire these are MoreProcesses.
      if (response != Response.PresentedProcesses.class) {
        assertTrue(
            text.matches("(?s).*\\| [0-9]+ \\| " + response.getSimpleName() + " \\|.*"),
            response.getSimpleName());
      }
    }
    assertTrue(text.contains("from 6 to " + Frame.MAX_FRAME_BYTES));
  }

  private static List<String> examples() throws IOException {
    List<String> found = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher matcher = HEX.matcher(line);
      if (matcher.matches()) {
        block.append(matcher.group(1).replace(" ", ""));
      } else if (!block.isEmpty()) {
        found.add(block.toString());
        block.setLength(0);
      }
    }
    return found;
  }

  private static String hex(Frame frame) {
    return HexFormat.of().formatHex(frame.toBuffer().array());
  }
}
