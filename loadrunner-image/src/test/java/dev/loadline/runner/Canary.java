package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import java.util.Map;

/** Secrets of a run that must be seen nowhere. */
final class Canary {
  static final String KEY = "canary-key-59b1f0";
  static final String VALUE = "canary-value-27aa3c";
  static final Map<String, String> SECRETS =
      Map.of(Environment.API_KEY, KEY, Environment.HEADER_PREFIX + 0, VALUE);
  static final RunPlan.Header HEADER =
      new RunPlan.Header("X-Tenant", Environment.HEADER_PREFIX + 0, false);

  private Canary() {}
}
