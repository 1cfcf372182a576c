package dev.loadline.benchmark;

import dev.loadline.runner.contract.JvmOptions;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of this JVM, with the options that the load runner's image gives its own. */
final class Java {
  /** What a runner's container has by default. */
  private static final String MEMORY = "-XX:MaxRAM=1g";

  private final Path image;
  private final String runner;

  /**
   * Command lines.
   *
   * @param image folder of the image's sources, in which it was built
   */
  Java(Path image) throws IOException {
    this.image = image;
    Path target = image.resolve("target");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "loadrunner-image-*.jar")) {
      runner =
          jars.iterator().next()
              + File.pathSeparator
              + Files.readString(target.resolve("classpath")).strip();
    }
  }

  /** A command that runs the load runner as its image would, with more options. */
  List<String> runner(List<String> options) {
    return runner(runner, options);
  }

  /** The same with the tap. */
  List<String> tappedRunner(List<String> options) {
    return runner(runner + File.pathSeparator + ownClasses(), options);
  }

  private List<String> runner(String classPath, List<String> options) {
    return command(classPath, options, List.of("dev.loadline.runner.Main", "run"));
  }

  /** A command that runs the benchmark itself. */
  List<String> benchmark(String argument) {
    return command(
        System.getProperty("java.class.path"),
        List.of(),
        List.of(BenchCommand.class.getName(), argument));
  }

  /** A command that archives the classes that the image's archive has, to be loaded from there. */
  List<String> archive(Path archive) {
    List<String> dump =
        List.of(
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + image.resolve("startup.classes"),
            "-XX:SharedArchiveFile=" + archive);
    return command(runner, dump, List.of("-version"));
  }

  private List<String> command(String classPath, List<String> options, List<String> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmOptions.read());
    command.add(MEMORY);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath));
    command.addAll(main);
    return command;
  }

  private static Path ownClasses() {
    try {
      return Path.of(Java.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the benchmark does not run from a file", e);
    }
  }
}
