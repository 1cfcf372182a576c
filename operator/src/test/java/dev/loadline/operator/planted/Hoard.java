package dev.loadline.operator.planted;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;

/** An agent in the load runner's JVM: holds millions of objects and has the garbage collected. */
public final class Hoard extends TimerTask {
  private static final int OBJECTS = 6_000_000;
  private static final long PERIOD_MILLIS = Duration.ofSeconds(2).toMillis();

  private final List<Long> held = LongStream.range(0, OBJECTS).boxed().toList();

  private Hoard() {}

  /** Called by the JVM before the load runner's own main method. */
  public static void premain(String ignored) {
    new Timer("hoard", true).schedule(new Hoard(), PERIOD_MILLIS, PERIOD_MILLIS);
  }

  @Override
  public void run() {
    try {
      System.gc();
    } finally {
      Reference.reachabilityFence(held);
    }
  }

  /** The program that starts a JVM with it; its archive is made in a folder. */
  static String[] launcher(Path folder) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", Hoard.class.getName());
    String entry = Hoard.class.getName().replace('.', '/') + ".class";
    Path jar = folder.resolve("hoard.jar");
    try (InputStream in = Objects.requireNonNull(Hoard.class.getResourceAsStream("/" + entry));
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new ZipEntry(entry));
      in.transferTo(out);
    }
    return new String[] {"env", "JAVA_TOOL_OPTIONS=-javaagent:" + jar};
  }
}
