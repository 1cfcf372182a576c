package dev.loadline.runner.prompt;

/** Who says a message. */
public enum Role {
  /** Whoever set the model its task. */
  SYSTEM("system"),
  /** Who asks. */
  USER("user"),
  /** The model. */
  ASSISTANT("assistant");

  private final String apiName;

  Role(String apiName) {
    this.apiName = apiName;
  }

  /** The name in a request. */
  public String apiName() {
    return apiName;
  }
}
