package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The images that this build has made: small, without anything that a restricted namespace refuses,
 * and the same from every build. Skipped where the build made none.
 */
class ImagesIT {
  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> NOT_SOURCES = Set.of(".git", "target");
  private static final long BUILD_MINUTES = 15;

  @BeforeAll
  static void theBuildMadeImages() {
    assumeTrue(Boolean.getBoolean("loadline.images"), "built without -Pimages");
  }

  private static Path tar(String name) {
    return TOP.resolve("target/loadline-" + name + ".tar");
  }

  @ParameterizedTest
  @CsvSource({"operator, 120", "runner, 100"})
  void isSmall(String name, long megabytes) throws IOException {
    assertThat(ImageTar.read(tar(name)).layerBytes())
        .isPositive()
        .isLessThan(megabytes * 1_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "runner"})
  void runsAsNobodyInParticular(String name) throws IOException {
    ImageTar image = ImageTar.read(tar(name));

    // A number: the kubelet cannot tell whether a name is root.
    assertThat(image.config().path("User").asText()).isEqualTo("65532:65532");
    assertThat(image.config().path("Entrypoint").path(0).asText()).isEqualTo("/opt/java/bin/java");
    assertThat(image.config().path("Entrypoint").path(1).asText()).isEqualTo("@/opt/jvm.options");
    assertThat(image.modes())
        .containsKey("opt/jvm.options")
        .hasEntrySatisfying("opt/java/bin/java", mode -> assertThat(mode).isEqualTo(0755))
        .allSatisfy((path, mode) -> assertThat(mode & 0444).as(path).isEqualTo(0444))
        .allSatisfy((path, mode) -> assertThat(mode & 07000).as(path).isZero());
  }

  /**
   * Only {@code tmp} is for everyone to write, and a read-only root file system forbids that too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"operator", "runner"})
  void holdsNoShellAndNothingToWriteTo(String name) throws IOException {
    ImageTar image = ImageTar.read(tar(name));

    assertThat(image.modes().keySet())
        .hasSizeGreaterThan(50)
        .noneMatch(path -> path.matches("(usr/)?s?bin/.*|.*/(sh|bash|busybox|apt|apk)"));
    assertThat(image.modes().entrySet())
        .filteredOn(file -> (file.getValue() & 0002) != 0)
        .extracting(file -> file.getKey().replaceAll("/$", ""))
        .containsExactly("tmp");
  }

  /** Later, and in a folder whose name is longer and has a blank in it. */
  @Test
  void anotherBuildElsewhereGivesTheSameDigests(@TempDir Path folder) throws Exception {
    Path checkout = folder.resolve("another place");
    copySources(checkout);

    Path output = folder.resolve("output");
    Process build =
        new ProcessBuilder(checkout.resolve("loadline").toString(), "images")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      build.descendants().forEach(ProcessHandle::destroyForcibly);
      build.destroyForcibly();
    }

    assertThat(ended).isTrue();
    assertThat(build.exitValue()).as(Files.readString(output)).isZero();
    for (String name : Set.of("operator", "runner")) {
      String digest = "target/loadline-" + name + ".digest";
      assertThat(checkout.resolve(digest)).as(name).hasSameTextualContentAs(TOP.resolve(digest));
    }
  }

  private static void copySources(Path checkout) throws IOException {
    Files.walkFileTree(
        TOP,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is)
              throws IOException {
            if (NOT_SOURCES.contains(folder.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(checkout.resolve(TOP.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            if (!NOT_SOURCES.contains(file.getFileName().toString())) {
              Files.copy(file, checkout.resolve(TOP.relativize(file).toString()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
