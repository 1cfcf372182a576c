package dev.loadline.operator.local;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads manifests from files; what cannot be read is a problem, and reading goes on. */
final class ManifestReader {
  /** The file name that means standard input, as for kubectl. */
  private static final String STANDARD_INPUT = "-";

  /** What an API server takes of one request, in bytes; a YAML parser is slow beyond it. */
  private static final int MOST_BYTES = 3 << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final Pattern JSON_START = Pattern.compile("(---)?\\s*\\{\\s*[\"}]");
  private static final Pattern SEPARATOR = Pattern.compile("---(\\s.*)?");
  private static final Pattern NOTHING = Pattern.compile("\\s*([#%].*)?");
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final InputStream in;
  private final List<Manifest> manifests = new ArrayList<>();
  private final List<InputProblem> problems = new ArrayList<>();

  /** What the files hold, and what is wrong with them. */
  record Reading(List<Manifest> manifests, List<InputProblem> problems) {
    Reading {
      manifests = List.copyOf(manifests);
      problems = List.copyOf(problems);
    }
  }

  private ManifestReader(InputStream in) {
    this.in = in;
  }

  static Reading read(List<String> files) {
    return read(files, System.in);
  }

  /** Reads from the stream where a file is {@code -}. */
  static Reading read(List<String> files, InputStream in) {
    ManifestReader reader = new ManifestReader(in);
    files.forEach(reader::file);
    return new Reading(reader.manifests, reader.problems);
  }

  private void file(String file) {
    try {
      if (file.equals(STANDARD_INPUT)) {
        bytes("standard input", in.readNBytes(MOST_BYTES + 1));
        return;
      }
      Path path = Path.of(file);
      if (!Files.exists(path)) {
        problem(file, "there is no such file");
      } else if (Files.isDirectory(path)) {
        problem(file, "is a folder: name the files in it");
      } else {
        try (InputStream from = Files.newInputStream(path)) {
          bytes(file, from.readNBytes(MOST_BYTES + 1));
        }
      }
    } catch (AccessDeniedException denied) {
      problem(file, "may not be read: its permissions forbid it");
    } catch (IOException | InvalidPathException unreadable) {
      problem(file, "cannot be read");
    }
  }

  private void bytes(String file, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      problem(file, "is larger than " + (MOST_BYTES >> 20) + " MiB: no API server takes that");
      return;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String plain = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
      int before = manifests.size() + problems.size();
      documents(file, plain);
      if (manifests.size() + problems.size() == before) {
        problem(file, "holds no object");
      }
    } catch (CharacterCodingException notText) {
      problem(file, "is not UTF-8 text");
    }
  }

  /** Each document for itself: what is broken in one hides nothing of the others. */
  private void documents(String file, String text) {
    int before = 0;
    for (Part part : parts(text)) {
      boolean json = JSON_START.matcher(part.text()).lookingAt();
      before += json ? json(file, before, part) : yaml(file, before, part);
    }
  }

  /** Reads objects that follow one another; the answer is how many. */
  private int json(String file, int before, Part part) {
    String text = part.text().replaceFirst("^---", "   ");
    int count = 0;
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(text)) {
      while (values.hasNextValue()) {
        count++;
        objects(file, before + count, values.nextValue());
      }
      return count;
    } catch (JacksonException broken) {
      JsonLocation at = broken.getLocation();
      String where =
          at == null ? "" : ":" + (part.linesBefore() + at.getLineNr()) + ":" + at.getColumnNr();
      problem(file + where, "is not JSON: " + firstLine(broken.getOriginalMessage()));
      return Math.max(count, 1);
    } catch (IOException impossible) {
      throw new IllegalStateException("reading from memory does not fail", impossible);
    }
  }

  /** Reads a document; the answer is how many there are, one or none. */
  private int yaml(String file, int before, Part part) {
    try {
      Optional<JsonNode> root = YamlDocument.read(part.text(), part.linesBefore());
      root.ifPresent(value -> objects(file, before + 1, value));
      return root.isPresent() ? 1 : 0;
    } catch (UnreadableException broken) {
      String where = file + ":" + broken.line() + ":" + broken.column();
      problem(where, broken.text());
      return 1;
    }
  }

  /** A document with what separates it from the one before. */
  private record Part(String text, int linesBefore) {}

  private static List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean content = false;
    int start = 0;
    int line = 0;
    for (String one : text.split("(?<=\n)", -1)) {
      // Before the first separator there may be directives and comments.
      if (SEPARATOR.matcher(one.stripTrailing()).matches() && content) {
        parts.add(new Part(part.toString(), start));
        part.setLength(0);
        content = false;
        start = line;
      }
      content |= !NOTHING.matcher(one.stripTrailing()).matches();
      part.append(one);
      line++;
    }
    parts.add(new Part(part.toString(), start));
    return parts;
  }

  private void objects(String file, int document, JsonNode root) {
    if (root.path("kind").asText("").endsWith("List") && root.path("items").isArray()) {
      int item = 0;
      for (JsonNode one : root.path("items")) {
        item++;
        add(file, document, ", item " + item, one);
      }
    } else {
      add(file, document, "", root);
    }
  }

  private void add(String file, int document, String item, JsonNode root) {
    if (root instanceof ObjectNode object) {
      manifests.add(new Manifest(file, document, object));
    } else {
      String text = "is no Kubernetes object: apiVersion, kind, metadata and spec are missing";
      problems.add(new InputProblem(file, Optional.of("document " + document + item), text));
    }
  }

  /** The parser's first line names the trouble; the following ones quote the file. */
  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("").strip();
  }

  private void problem(String file, String text) {
    problems.add(new InputProblem(file, Optional.empty(), text));
  }
}
