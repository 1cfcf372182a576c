package dev.loadline.runner.measure;

/** How one request ended. */
public sealed interface Outcome {
  /** Not ended yet. */
  record Pending() implements Outcome {
    static final Pending INSTANCE = new Pending();
  }

  /** 2xx, no error inside, a finish reason or {@code [DONE]}, at least one token event. */
  record Success() implements Outcome {
    static final Success INSTANCE = new Success();
  }

  /**
   * Not a success.
   *
   * @param errorClass the one class
   * @param message what happened, for a person: at most 200 characters, one line, without prompt or
   *     secret
   */
  record Failure(ErrorClass errorClass, String message) implements Outcome {
    /** Longest message. */
    public static final int MAX_MESSAGE = 200;

    /** Shortens the message where it is too long. */
    public Failure {
      if (message.length() > MAX_MESSAGE) {
        message = message.substring(0, MAX_MESSAGE - 1) + "…";
      }
    }
  }

  /** Whether it was cut: censored, not failed. */
  default boolean isCut() {
    return this instanceof Failure failure && failure.errorClass() == ErrorClass.CUT;
  }
}
