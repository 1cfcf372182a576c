package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What a real API server refuses in a new Job, in its words. */
final class JobCheck {
  private JobCheck() {}

  static List<FieldProblem> problems(ResourceType type, JsonNode job) {
    List<FieldProblem> problems = new ArrayList<>();
    String name = job.path("metadata").path("name").asText();
    JsonNode spec = job.path("spec");
    if (spec.path("completionMode").asText().equals("Indexed")) {
      // A pod's host name is the Job's name and the pod's index.
      String host = name + "-" + (spec.path("completions").asInt(1) - 1);
      if (!NameSyntax.dnsLabel(host).isEmpty()) {
        String detail = "will not able to create pod with invalid DNS label: " + host;
        problems.add(FieldProblem.invalid("metadata.name", "\"" + name + "\"", detail));
      }
    }
    for (String field : List.of("activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex")) {
      if (spec.path(field).asLong() < 0) {
        String detail = "must be greater than or equal to 0";
        problems.add(FieldProblem.invalid("spec." + field, spec.path(field).asText(), detail));
      }
    }
    problems.addAll(PodCheck.template(type, spec.path("template")));
    return problems;
  }
}
