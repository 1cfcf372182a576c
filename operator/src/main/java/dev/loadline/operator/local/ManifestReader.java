package dev.loadline.operator.local;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads manifests from files; what cannot be read is a problem, and reading goes on. */
final class ManifestReader {
  /** What an API server takes of one request, in bytes; a YAML parser is slow beyond it. */
  private static final long MOST_BYTES = 3L << 20;

  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private final List<Manifest> manifests = new ArrayList<>();
  private final List<InputProblem> problems = new ArrayList<>();

  /** What the files hold, and what is wrong with them. */
  record Reading(List<Manifest> manifests, List<InputProblem> problems) {
    Reading {
      manifests = List.copyOf(manifests);
      problems = List.copyOf(problems);
    }
  }

  private ManifestReader() {}

  static Reading read(List<String> files) {
    ManifestReader reader = new ManifestReader();
    files.forEach(reader::file);
    return new Reading(reader.manifests, reader.problems);
  }

  private void file(String file) {
    try {
      Path path = Path.of(file);
      if (!Files.exists(path)) {
        problem(file, "there is no such file");
      } else if (Files.isDirectory(path)) {
        problem(file, "is a folder: name the files in it");
      } else if (Files.size(path) > MOST_BYTES) {
        problem(file, "is larger than " + (MOST_BYTES >> 20) + " MiB: no API server takes that");
      } else {
        documents(file, Files.readString(path));
      }
    } catch (CharacterCodingException notText) {
      problem(file, "is not UTF-8 text");
    } catch (IOException | InvalidPathException unreadable) {
      problem(file, "cannot be read");
    }
  }

  private void documents(String file, String text) {
    int document = 0;
    int before = manifests.size() + problems.size();
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      while (documents.hasNextValue()) {
        document++;
        JsonNode root = documents.nextValue();
        if (root.path("kind").asText("").equals("List") && root.path("items").isArray()) {
          for (JsonNode item : root.path("items")) {
            add(file, document, item);
          }
        } else if (!root.isNull() && !root.isMissingNode()) {
          add(file, document, root);
        }
      }
    } catch (JacksonException broken) {
      JsonLocation at = broken.getLocation();
      String place = at == null ? file : file + ":" + at.getLineNr();
      problem(place, "is not YAML: " + firstLine(broken.getOriginalMessage()));
    } catch (IOException impossible) {
      throw new IllegalStateException("reading from memory does not fail", impossible);
    }
    if (manifests.size() + problems.size() == before) {
      problem(file, "holds no object");
    }
  }

  /** The parser's first line names the trouble; the following ones quote the file. */
  private static String firstLine(String message) {
    return message
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("");
  }

  private void add(String file, int document, JsonNode root) {
    if (root instanceof ObjectNode object) {
      manifests.add(new Manifest(file, document, object));
    } else {
      String place = "document " + document;
      problems.add(new InputProblem(file, Optional.of(place), "is no Kubernetes object"));
    }
  }

  private void problem(String file, String text) {
    problems.add(new InputProblem(file, Optional.empty(), text));
  }
}
