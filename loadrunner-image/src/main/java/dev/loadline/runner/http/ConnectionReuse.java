package dev.loadline.runner.http;

import java.util.Arrays;
import java.util.Optional;

/** Which connection a request goes over. */
public enum ConnectionReuse {
  /** One that another request has left idle, the last used first; a new one if there is none. */
  POOLED("Pooled"),
  /** A new one, closed after the answer: each request pays for its handshake. */
  PER_REQUEST("PerRequest"),
  /** The sender's own for as long as the server keeps it open, then a new one of its own. */
  PER_USER("PerUser");

  private final String planName;

  ConnectionReuse(String planName) {
    this.planName = planName;
  }

  /** The name in a spec and a plan. */
  public String planName() {
    return planName;
  }

  /** The one of that name; empty for anything unknown. */
  public static Optional<ConnectionReuse> named(String name) {
    return Arrays.stream(values()).filter(reuse -> reuse.planName.equals(name)).findFirst();
  }
}
