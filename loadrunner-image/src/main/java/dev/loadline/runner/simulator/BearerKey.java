package dev.loadline.runner.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The key that requests must bring; shows itself nowhere. */
public final class BearerKey {
  private final byte[] header;

  /** The key as it stands behind {@code Bearer}. */
  public BearerKey(String key) {
    header = ("Bearer " + key).getBytes(StandardCharsets.UTF_8);
  }

  /** True if the {@code Authorization} header holds the key; compares in constant time. */
  boolean accepts(@Nullable String authorization) {
    return authorization != null
        && MessageDigest.isEqual(header, authorization.getBytes(StandardCharsets.UTF_8));
  }
}
