package dev.loadline.operator.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A container image as {@code ./loadline images} writes it.
 *
 * @param config the image's configuration
 * @param layerBytes compressed size of all layers
 * @param modes permissions of everything in the root file system, by path
 */
record ImageTar(JsonNode config, long layerBytes, Map<String, Integer> modes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ImageTar read(Path tar) throws IOException {
    Map<String, JsonNode> texts = new HashMap<>();
    Map<String, Integer> modes = new TreeMap<>();
    long layerBytes = 0;
    try (TarArchiveInputStream entries = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (TarArchiveEntry entry = entries.getNextEntry();
          entry != null;
          entry = entries.getNextEntry()) {
        if (entry.getName().endsWith(".json")) {
          texts.put(entry.getName(), JSON.readTree(entries.readAllBytes()));
        } else {
          layerBytes += entry.getSize();
          readLayer(entries, modes);
        }
      }
    }
    String config = texts.get("manifest.json").at("/0/Config").asText();
    return new ImageTar(texts.get(config).path("config"), layerBytes, modes);
  }

  @SuppressWarnings("resource") // closing the layer would close the image around it
  private static void readLayer(InputStream layer, Map<String, Integer> modes) throws IOException {
    TarArchiveInputStream files = new TarArchiveInputStream(new GZIPInputStream(layer));
    for (TarArchiveEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
      modes.put(file.getName(), file.getMode() & 07777);
    }
  }
}
