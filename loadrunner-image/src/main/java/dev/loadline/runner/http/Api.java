package dev.loadline.runner.http;

import java.util.Arrays;
import java.util.Optional;

/** Which of the two OpenAI-compatible endpoints is loaded. */
public enum Api {
  /** {@code /chat/completions}: messages in, deltas out. */
  CHAT("Chat", "/chat/completions"),
  /** {@code /completions}: a prompt in, text out. */
  COMPLETIONS("Completions", "/completions");

  private final String apiName;
  private final String path;

  Api(String apiName, String path) {
    this.apiName = apiName;
    this.path = path;
  }

  /** The name in a spec and in a plan. */
  public String apiName() {
    return apiName;
  }

  /** Path below the base path. */
  public String path() {
    return path;
  }

  /** The one of that name, if there is one. */
  public static Optional<Api> named(String name) {
    return Arrays.stream(values()).filter(api -> api.apiName.equals(name)).findFirst();
  }
}
