package io.nefele.cli;

import io.nefele.lib.NefeleException;
import java.util.ArrayList;
import java.util.List;

/** Variables for processes, as {@code --env KEY=VALUE} or {@code --env KEY} gives them. */
final class Variables {
  private Variables() {}

  /** Each as {@code KEY=VALUE}; one without a value has that of this command. */
  static List<String> resolved(List<String> entries, Console console) throws NefeleException {
    List<String> resolved = new ArrayList<>();
    for (String entry : entries) {
      String key = entry.contains("=") ? entry.substring(0, entry.indexOf('=')) : entry;
      if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw AskingCommand.usage(
            "--env " + entry + ": '" + key + "' is not the name of a variable");
      }
      if (entry.contains("=")) {
        resolved.add(entry);
        continue;
      }
      String value = console.environment().get(key);
      if (value == null) {
        throw AskingCommand.usage(
            "--env " + key + ": it is not set here; write --env " + key + "=VALUE");
      }
      resolved.add(key + "=" + value);
    }
    return resolved;
  }
}
