package io.nefele.cli;

import io.nefele.lib.NefeleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Links that take longer, between the network namespaces of a local fabric: a forwarder stands
 * between the ports of those who send and the bridge. Most kernels have netem for this; those of
 * small virtual machines often don't.
 */
final class SlowLinks {
  private static final String RULES = "delay.rules";

  private final Namespaces namespaces;
  private final Path forwarder;

  /**
   * @param forwarder the program; see {@code netdelay.c}
   */
  SlowLinks(Namespaces namespaces, Path forwarder) {
    this.namespaces = namespaces;
    this.forwarder = forwarder;
  }

  /** Makes the network as {@code delays} has it, whatever it was. */
  void apply(Path home, Delays delays) throws NefeleException, IOException {
    namespaces.endProcessesOfBridge();
    List<String> batch = new ArrayList<>();
    for (String inner : namespaces.linksOfBridge("d[0-9]+")) {
      batch.add("link delete " + inner);
      batch.add("link set s" + inner.substring(1) + " master br0");
    }
    namespaces.inBridge(batch);
    if (delays.micros().isEmpty()) {
      Files.deleteIfExists(home.resolve(RULES));
      return;
    }
    List<String> links = new ArrayList<>();
    for (int sender : delays.micros().keySet()) {
      links.add("link add d" + sender + " type veth peer name e" + sender);
      links.add("link set e" + sender + " master br0 up");
      links.add("link set d" + sender + " up");
      links.add("link set s" + sender + " nomaster");
    }
    namespaces.inBridge(links);
    Path rules = Files.write(home.resolve(RULES), rules(delays));
    namespaces.runInBridge(List.of(forwarder.toString(), rules.toString()));
  }

  private List<String> rules(Delays delays) {
    List<String> rules = new ArrayList<>();
    for (Map.Entry<Integer, SortedMap<Integer, Long>> row : delays.micros().entrySet()) {
      rules.add("link s" + row.getKey() + " d" + row.getKey());
      row.getValue()
          .forEach(
              (receiver, micros) ->
                  rules.add("delay " + namespaces.endpoint(receiver).host() + " " + micros));
    }
    return rules;
  }
}
