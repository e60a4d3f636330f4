package io.nefele.cli;

import io.nefele.lib.NefeleException;
import io.nefele.wire.ErrorKind;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A part of a YAML file, with the line that it stands on. Scalars are the text as it was written:
 * {@code no} is not made a boolean, nor {@code 1.10} a number.
 */
final class YamlNode {
  private static final int ALIASES_MAX = 50;

  private final String file;
  private final Node node;

  private YamlNode(String file, Node node) {
    this.file = file;
    this.node = node;
  }

  /**
   * Reads the one document of a file.
   *
   * @param file its name, for what is said of it
   */
  static YamlNode read(String file, Reader content) throws NefeleException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(ALIASES_MAX);
    Yaml yaml = new Yaml(options);
    try {
      Node root = yaml.compose(content);
      if (root == null) {
        throw new NefeleException(ErrorKind.USAGE, file + ": the file is empty");
      }
      return new YamlNode(file, root);
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      String place = mark == null ? file : file + ":" + (mark.getLine() + 1);
      throw new NefeleException(ErrorKind.USAGE, place + ": " + e.getProblem());
    } catch (YAMLException e) {
      throw new NefeleException(ErrorKind.USAGE, file + ": " + firstLine(e));
    }
  }

  /** A refusal of this part. */
  NefeleException wrong(String why) {
    return new NefeleException(
        ErrorKind.USAGE, file + ":" + (node.getStartMark().getLine() + 1) + ": " + why);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isMap() {
    return node instanceof MappingNode;
  }

  /** Its text. */
  String text() throws NefeleException {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw wrong("one value is expected here, not a list or keys");
  }

  /** Its text as read by {@code parse}, whose refusals are told with the line. */
  <T> T as(Function<String, T> parse) throws NefeleException {
    String text = text();
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Its elements; one value alone counts as a list of one. */
  List<YamlNode> elements() throws NefeleException {
    if (node instanceof ScalarNode) {
      return List.of(this);
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong("a list is expected here, each element in a line that begins with '- '");
    }
    List<YamlNode> elements = new ArrayList<>();
    sequence.getValue().forEach(element -> elements.add(new YamlNode(file, element)));
    return elements;
  }

  /** Its keys, of any names. */
  Map<String, YamlNode> entries() throws NefeleException {
    if (!(node instanceof MappingNode mapping)) {
      throw wrong("keys with values are expected here, as in 'key: value'");
    }
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      YamlNode key = new YamlNode(file, tuple.getKeyNode());
      if (entries.putIfAbsent(key.text(), new YamlNode(file, tuple.getValueNode())) != null) {
        throw key.wrong("'" + key.text() + "' is given twice");
      }
    }
    return entries;
  }

  /**
   * Its keys, which must be among {@code known}.
   *
   * @param what has those keys, for the refusal of another
   */
  Map<String, YamlNode> entries(String what, Collection<String> known) throws NefeleException {
    Map<String, YamlNode> entries = entries();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        YamlNode key = new YamlNode(file, tuple.getKeyNode());
        if (!known.contains(key.text())) {
          throw key.wrong(
              "'" + key.text() + "' is no key of " + what + Closest.hint(key.text(), known));
        }
      }
    }
    return entries;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("not readable");
  }
}
