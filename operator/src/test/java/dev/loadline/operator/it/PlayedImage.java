package dev.loadline.operator.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The load runner's image with {@link PlayedRunner} in place of the load runner. */
final class PlayedImage {
  static final String NAME = "loadline/played-runner:1";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ENTRY_POINT =
      List.of(
          "/opt/java/bin/java",
          "-XX:+UseSerialGC",
          "-Xmx2g",
          "-cp",
          "/played",
          PlayedRunner.class.getName());

  private PlayedImage() {}

  /** Writes it beside {@code runner}, the tar of the load runner's image. */
  static Path beside(Path runner) throws IOException {
    byte[] layer = layer();
    String name = digest(layer) + ".tar.gz";
    Path image = runner.toAbsolutePath().normalize().resolveSibling("played-runner.tar");
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(runner));
        TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(image))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] content = in.readAllBytes();
        add(
            out,
            entry.getName(),
            switch (entry.getName()) {
              case "manifest.json" -> manifest(content, name);
              case "config.json" -> config(content, layer);
              default -> content;
            });
      }
      add(out, name, zipped(layer));
    }
    return image;
  }

  private static byte[] layer() throws IOException {
    String file = PlayedRunner.class.getName().replace('.', '/') + ".class";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream layer = new TarArchiveOutputStream(bytes);
        InputStream program = PlayedRunner.class.getClassLoader().getResourceAsStream(file)) {
      add(layer, "played/" + file, program.readAllBytes());
    }
    return bytes.toByteArray();
  }

  private static byte[] manifest(byte[] content, String layer) throws IOException {
    ArrayNode images = (ArrayNode) JSON.readTree(content);
    ObjectNode image = (ObjectNode) images.get(0);
    image.putArray("RepoTags").add(NAME);
    image.withArray("Layers").add(layer);
    return JSON.writeValueAsBytes(images);
  }

  private static byte[] config(byte[] content, byte[] layer) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(content);
    ArrayNode entryPoint = config.withObject("/config").putArray("Entrypoint");
    ENTRY_POINT.forEach(entryPoint::add);
    config.withObject("/rootfs").withArray("diff_ids").add("sha256:" + digest(layer));
    config.remove("history");
    return JSON.writeValueAsBytes(config);
  }

  private static void add(TarArchiveOutputStream out, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setMode(0644);
    entry.setModTime(0);
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }

  private static byte[] zipped(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
