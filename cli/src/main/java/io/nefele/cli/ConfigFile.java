package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command's options in a file: {@code option = value} a line, the option without its dashes, as
 * in {@code seed = 10.0.0.1, 10.0.0.2}. What stands on the command line counts more.
 */
final class ConfigFile implements IDefaultValueProvider {
  static final String OPTION = "--config";

  private final Properties values;

  private ConfigFile(Properties values) {
    this.values = values;
  }

  /** The file that {@code args} name, if they name one, as the defaults of {@code command}. */
  static Optional<ConfigFile> of(CommandLine command, String[] args) throws NefeleException {
    if (!command.getCommandSpec().optionsMap().containsKey(OPTION)) {
      return Optional.empty();
    }
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(OPTION + "=")) {
        return Optional.of(read(command, args[i].substring(OPTION.length() + 1)));
      }
      if (args[i].equals(OPTION) && i + 1 < args.length) {
        return Optional.of(read(command, args[i + 1]));
      }
    }
    return Optional.empty();
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? values.getProperty(option.longestName().replaceFirst("^-+", ""))
        : null;
  }

  private static ConfigFile read(CommandLine command, String file) throws NefeleException {
    Properties values = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      values.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new NefeleException(
          ErrorKind.USAGE, OPTION + " " + file + " can't be read: " + e.getMessage());
    }
    for (String name : new TreeSet<>(values.stringPropertyNames())) {
      if (name.equals("config")
          || !command.getCommandSpec().optionsMap().containsKey("--" + name)) {
        throw new NefeleException(
            ErrorKind.USAGE,
            file + ": there is no option '" + name + "'; see 'nefele agent --help'");
      }
    }
    return new ConfigFile(values);
  }
}
