package dev.loadline.operator.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder for what processes leave; only this user can look into it. */
record LocalFolder(Path path) {
  private static final int ATTEMPTS = 3;

  static LocalFolder create() {
    try {
      return new LocalFolder(Files.createTempDirectory("loadline-"));
    } catch (IOException failed) {
      throw new UncheckedIOException("there is no place for temporary files", failed);
    }
  }

  /** Writes a file of its own into it. */
  Path write(String name, String text) {
    try {
      return Files.writeString(path.resolve(name), text);
    } catch (IOException failed) {
      throw new UncheckedIOException("a file cannot be written to " + path, failed);
    }
  }

  /** Removes a file from it, if it is there. */
  void remove(String name) {
    try {
      Files.deleteIfExists(path.resolve(name));
    } catch (IOException failed) {
      throw new UncheckedIOException("a file cannot be removed from " + path, failed);
    }
  }

  /** Deletes it with all that is in it; a file that comes into it meanwhile goes along. */
  void delete() {
    for (int i = 0; i < ATTEMPTS && Files.exists(path); i++) {
      deleteOnce();
    }
  }

  private void deleteOnce() {
    try (Stream<Path> paths = Files.walk(path)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path one : deepestFirst) {
        Files.deleteIfExists(one);
      }
    } catch (IOException left) {
      // A file of a temporary folder is not worth a message.
    }
  }
}
