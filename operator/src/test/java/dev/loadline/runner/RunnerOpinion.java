package dev.loadline.runner;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.http.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the load runner itself says of a plan and its environment, before it sends anything. */
public final class RunnerOpinion {
  private RunnerOpinion() {}

  /** Why it would end with exit code 64; empty if it would not. */
  public static List<String> problems(RunPlan plan, Map<String, String> values) {
    Map<String, String> environment = new HashMap<>(values);
    environment.put(Environment.PLAN, ContractJson.write(plan));
    return switch (RunnerSettings.read(environment)) {
      case RunnerSettings.Reading.Unusable unusable -> unusable.problems();
      case RunnerSettings.Reading.Usable usable -> problems(usable.settings().endpoint());
    };
  }

  private static List<String> problems(Endpoint endpoint) {
    try {
      if (endpoint.isTls()) {
        endpoint.tls().check();
      }
      return List.of();
    } catch (IllegalArgumentException unusable) {
      return List.of(String.valueOf(unusable.getMessage()));
    }
  }
}
