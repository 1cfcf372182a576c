package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.AnchorNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Reads one YAML document as kubectl does: YAML 1.1 without times and sexagesimal numbers, aliases
 * and merge keys resolved, each key once.
 */
final class YamlDocument {
  private static final int MOST_NODES = 100_000;
  private static final int DEEPEST = 100;
  private static final String NO_YAML = "is not YAML: ";
  private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9][0-9]{0,99})");
  private static final Pattern FRACTION =
      Pattern.compile("[-+]?(?:[.][0-9]+|[0-9]+(?:[.][0-9]*)?)(?:[eE][-+]?[0-9]+)?");
  private static final Set<String> TRUE = Set.of("true", "yes", "on");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final int linesBefore;
  private int nodes;

  private YamlDocument(int linesBefore) {
    this.linesBefore = linesBefore;
  }

  /**
   * The document; empty if there is nothing in it.
   *
   * @param linesBefore how many lines of the file come before the text
   */
  static Optional<JsonNode> read(String text, int linesBefore) throws UnreadableException {
    YamlDocument document = new YamlDocument(linesBefore);
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      return root == null
          ? Optional.empty()
          : Optional.of(document.tree(root, 0)).filter(tree -> !tree.isNull());
    } catch (MarkedYAMLException broken) {
      throw document.unreadable(broken.getProblemMark(), document.words(broken));
    } catch (ReaderException character) {
      throw document.unprintable(text, character);
    } catch (YAMLException limit) {
      throw new UnreadableException(linesBefore + 1, 1, NO_YAML + limit.getMessage());
    }
  }

  /** The parser's words without its terms, and where what it was reading began. */
  private String words(MarkedYAMLException broken) {
    String problem =
        String.valueOf(broken.getProblem())
            .replace("'<stream end>'", "the end of the document")
            .replaceFirst("expected <block end>, but found.*", "the indentation does not fit");
    Mark context = broken.getContextMark();
    Mark mark = broken.getProblemMark();
    return context == null || mark == null || context.getLine() == mark.getLine()
        ? problem
        : problem
            + ", "
            + broken.getContext()
            + " that begins at line "
            + (linesBefore + context.getLine() + 1);
  }

  private UnreadableException unreadable(Mark mark, String problem) {
    int line = mark == null ? 0 : mark.getLine();
    int column = mark == null ? 0 : mark.getColumn();
    return new UnreadableException(linesBefore + line + 1, column + 1, NO_YAML + problem);
  }

  private UnreadableException unprintable(String text, ReaderException character) {
    int index =
        text.offsetByCodePoints(
            0, Math.min(character.getPosition(), text.codePointCount(0, text.length())));
    String before = text.substring(0, index);
    int line = (int) before.chars().filter(is -> is == '\n').count();
    String name = String.format(Locale.ROOT, "U+%04X", character.getCodePoint());
    return new UnreadableException(
        linesBefore + line + 1,
        index - before.lastIndexOf('\n'),
        NO_YAML
            + "the character "
            + name
            + " is not allowed: write it as an escape within double quotes");
  }

  private JsonNode tree(Node node, int depth) throws UnreadableException {
    nodes++;
    if (nodes > MOST_NODES || depth > DEEPEST) {
      throw unreadable(
          node.getStartMark(),
          "there are more than "
              + (depth > DEEPEST ? DEEPEST + " levels" : MOST_NODES + " values")
              + " once all aliases are resolved");
    }
    return switch (node) {
      case AnchorNode anchor -> tree(anchor.getRealNode(), depth);
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence -> {
        ArrayNode list = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
          list.add(tree(item, depth + 1));
        }
        yield list;
      }
      case MappingNode mapping -> object(mapping, depth);
      default -> throw unreadable(node.getStartMark(), "this is no YAML that JSON can express");
    };
  }

  private ObjectNode object(MappingNode mapping, int depth) throws UnreadableException {
    ObjectNode object = JSON.objectNode();
    Set<String> own = new HashSet<>();
    List<NodeTuple> merged = new ArrayList<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw unreadable(
            entry.getKeyNode().getStartMark(),
            "a key must be text: write what begins with { or [ in quotes");
      }
      if (key.getTag().equals(Tag.MERGE)) {
        merged.add(entry);
      } else if (own.add(key.getValue())) {
        object.set(key.getValue(), tree(entry.getValueNode(), depth + 1));
      } else {
        throw unreadable(key.getStartMark(), "the key '" + key.getValue() + "' is there twice");
      }
    }
    for (NodeTuple entry : merged) {
      merge(entry.getValueNode(), object, depth);
    }
    return object;
  }

  /** What an object has itself goes before what it takes over. */
  private void merge(Node from, ObjectNode object, int depth) throws UnreadableException {
    switch (tree(from, depth + 1)) {
      case ObjectNode one -> takeOver(one, object);
      case ArrayNode several -> {
        for (JsonNode one : several) {
          takeOver(one, object);
        }
      }
      default -> throw unreadable(from.getStartMark(), "<< takes an object or a list of objects");
    }
  }

  private static void takeOver(JsonNode from, ObjectNode object) {
    from.properties().forEach(field -> object.putIfAbsent(field.getKey(), field.getValue()));
  }

  private JsonNode scalar(ScalarNode scalar) throws UnreadableException {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return JSON.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return JSON.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(scalar, text.replace("_", ""));
    }
    return JSON.textNode(text);
  }

  private JsonNode number(ScalarNode scalar, String text) throws UnreadableException {
    if (DECIMAL.matcher(text).matches()) {
      BigInteger number = new BigInteger(text);
      return number.bitLength() < Long.SIZE
          ? JSON.numberNode(number.longValue())
          : JSON.numberNode(number);
    }
    for (String prefix : List.of("0x", "0o", "0b", "0")) {
      int radix = prefix.equals("0x") ? 16 : prefix.equals("0b") ? 2 : 8;
      String digits =
          text.toLowerCase(Locale.ROOT).substring(Math.min(text.length(), prefix.length()));
      if (text.startsWith(prefix) && digits.matches("[0-9a-f]{1,15}") && fits(digits, radix)) {
        return JSON.numberNode(Long.parseLong(digits, radix));
      }
    }
    if (!FRACTION.matcher(text).matches()
        && !text.toLowerCase(Locale.ROOT).matches("[-+]?[.](inf|nan)")) {
      return JSON.textNode(scalar.getValue());
    }
    double number = FRACTION.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(number)) {
      Mark mark = scalar.getStartMark();
      throw new UnreadableException(
          linesBefore + mark.getLine() + 1,
          mark.getColumn() + 1,
          "is no number that a manifest can hold: write a finite one");
    }
    return JSON.numberNode(number);
  }

  private static boolean fits(String digits, int radix) {
    return digits.chars().allMatch(digit -> Character.digit(digit, radix) >= 0);
  }
}
