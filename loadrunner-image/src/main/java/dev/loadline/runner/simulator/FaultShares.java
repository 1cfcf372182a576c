package dev.loadline.runner.simulator;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Which share of the requests goes wrong in which way.
 *
 * @param shares fault to share, each 0 to 1, together at most 1
 */
public record FaultShares(Map<Fault, Double> shares) {
  /** Checks the shares and copies them. */
  public FaultShares {
    shares = Map.copyOf(shares);
    double total = 0;
    for (double share : shares.values()) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("An error share must lie between 0 and 1.");
      }
      total += share;
    }
    if (total > 1 + 1e-9) {
      throw new IllegalArgumentException("The error shares together exceed 1.");
    }
  }

  /**
   * Those that are listed.
   *
   * @throws IllegalArgumentException if a fault is listed twice
   */
  static FaultShares of(List<Map.Entry<Fault, Double>> listed) {
    Map<Fault, Double> shares = new EnumMap<>(Fault.class);
    for (Map.Entry<Fault, Double> share : listed) {
      if (shares.put(share.getKey(), share.getValue()) != null) {
        throw new IllegalArgumentException(
            "--error-share names " + share.getKey().faultName() + " twice.");
      }
    }
    return new FaultShares(shares);
  }

  /** The fault of one request, or none. */
  Optional<Fault> draw(RandomGenerator random) {
    double at = random.nextDouble();
    for (Map.Entry<Fault, Double> share : new TreeMap<>(shares).entrySet()) {
      at -= share.getValue();
      if (at < 0) {
        return Optional.of(share.getKey());
      }
    }
    return Optional.empty();
  }
}
