package dev.loadline.operator.local;

import java.util.Optional;

/**
 * Something that is wrong with a file.
 *
 * @param file as the user named it
 * @param place line, document or object within it; empty if the whole file is meant
 * @param text what is wrong and what would be right, with the field; no secrets
 */
record InputProblem(String file, Optional<String> place, String text) {
  @Override
  public String toString() {
    return file + place.map(where -> ": " + where).orElse("") + ": " + text;
  }
}
