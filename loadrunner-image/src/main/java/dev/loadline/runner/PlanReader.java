package dev.loadline.runner;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads the plan that the environment holds or names; its values are not checked. */
final class PlanReader {
  private PlanReader() {}

  static RunPlan read(Map<String, String> environment) throws UnusableException {
    try {
      return ContractJson.readPlan(planText(environment));
    } catch (IllegalArgumentException e) {
      throw new UnusableException("The plan cannot be used: " + e.getMessage());
    }
  }

  private static String planText(Map<String, String> environment) throws UnusableException {
    Optional<String> plan = value(environment, Environment.PLAN);
    Optional<String> file = value(environment, Environment.PLAN_FILE);
    if (plan.isPresent() == file.isPresent()) {
      throw new UnusableException(
          "There %s plan: set one of %s (the plan as JSON) and %s (a file that holds it)."
              .formatted(
                  plan.isPresent() ? "is more than one" : "is no",
                  Environment.PLAN,
                  Environment.PLAN_FILE));
    }
    if (plan.isPresent()) {
      return plan.get();
    }
    try {
      return Files.readString(Path.of(file.orElseThrow()));
    } catch (IOException | InvalidPathException e) {
      throw new UnusableException(
          "The plan cannot be read from %s, which %s names: %s."
              .formatted(file.orElseThrow(), Environment.PLAN_FILE, reason(e)));
    }
  }

  private static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException ignored -> "there is no such file";
      case AccessDeniedException ignored -> "it may not be read";
      case CharacterCodingException ignored -> "it is not UTF-8 text";
      default -> "it is no readable file";
    };
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** There is no plan to read; the message is a sentence for the user. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableException(String sentence) {
      super(sentence);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
