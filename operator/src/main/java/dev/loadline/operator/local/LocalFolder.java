package dev.loadline.operator.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A temporary folder for what processes leave; only this user can look into it. It may be deleted
 * before it is made, as where the program is told to end: then it is never made.
 */
final class LocalFolder {
  private static final FileAttribute<?> ONLY_THIS_USER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final int ATTEMPTS = 3;

  private final Path path;
  private boolean deleted;

  /** One that has a name only. */
  LocalFolder() {
    this(Path.of(System.getProperty("java.io.tmpdir"), "loadline-" + UUID.randomUUID()));
  }

  /** One of this path. */
  LocalFolder(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Makes it. */
  synchronized void create() {
    if (deleted) {
      return;
    }
    try {
      Files.createDirectory(path, ONLY_THIS_USER);
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
  synchronized void delete() {
    deleted = true;
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
