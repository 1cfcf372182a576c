package dev.loadline.operator.local;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.runner.contract.Environment;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Live progress for a person: the phases of a run and what its runner says. */
final class RunnerOutput {
  private final PrintStream out;
  private String last = "";

  RunnerOutput(PrintStream out) {
    this.out = out;
  }

  /** The settings of the load runner that this program's own environment hands on. */
  static Map<String, String> handedOn(Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(environment);
    settings.keySet().retainAll(List.of(Environment.CLIENT_WARMUP_MILLIS, Environment.LOG_LEVEL));
    return settings;
  }

  /** What the runners' processes get so that their lines can be read by people. */
  static Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put(Environment.LOG_FORMAT, "text");
    return environment;
  }

  /** A line of a runner; its result, one long line of JSON, is shown as a table later. */
  void line(String line) {
    if (!line.startsWith("{")) {
      out.println("  " + line);
    }
  }

  /** A run has changed. */
  synchronized void changed(LoadTestRun run) {
    if (run.getStatus() == null || run.getStatus().phase() == null) {
      return;
    }
    String why =
        Optional.ofNullable(run.getStatus().conditions()).orElse(List.of()).stream()
            .filter(condition -> condition.getType().equals("RunnersReady"))
            .map(Condition::getMessage)
            .findFirst()
            .orElse("");
    if (run.getStatus().verdict() != null) {
      why = ""; // The result says it.
    }
    String phase = run.getStatus().phase();
    String text = run.getMetadata().getName() + ": " + phase + (why.isEmpty() ? "" : ": " + why);
    if (!text.equals(last)) {
      last = text;
      out.println(text);
    }
  }
}
