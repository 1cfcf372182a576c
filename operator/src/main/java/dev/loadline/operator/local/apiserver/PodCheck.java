package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a real API server refuses in the pod template of a Job, in its words, as far as a user of
 * Loadline can bring it about: labels, placement, image, variables, resources. Affinity between
 * pods, probes, ports and volumes are not looked at.
 */
final class PodCheck {
  private static final String TEMPLATE = "spec.template";

  private final ResourceType type;
  private final List<FieldProblem> problems = new ArrayList<>();

  private PodCheck(ResourceType type) {
    this.type = type;
  }

  /** Every problem of the template of a Job; the type names it in messages. */
  static List<FieldProblem> template(ResourceType type, JsonNode template) {
    PodCheck check = new PodCheck(type);
    check.problems.addAll(metadata(TEMPLATE, template.path("metadata")));
    check.spec(TEMPLATE + ".spec", template.path("spec"));
    return check.problems;
  }

  /** Labels and annotations of an object; their paths begin with the prefix. */
  static List<FieldProblem> metadata(String prefix, JsonNode metadata) {
    List<FieldProblem> problems =
        new ArrayList<>(labels(prefix + ".labels", metadata.path("labels")));
    for (Map.Entry<String, JsonNode> annotation : metadata.path("annotations").properties()) {
      problems.addAll(wrong(prefix + ".annotations", annotation.getKey(), NameSyntax::qualified));
    }
    return problems;
  }

  private static List<FieldProblem> labels(String path, JsonNode labels) {
    List<FieldProblem> problems = new ArrayList<>();
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      problems.addAll(wrong(path, label.getKey(), NameSyntax::qualified));
      problems.addAll(wrong(path, label.getValue().asText(), NameSyntax::labelValue));
    }
    return problems;
  }

  private static List<FieldProblem> wrong(
      String path, String text, Function<String, List<String>> syntax) {
    return syntax.apply(text).stream()
        .map(detail -> FieldProblem.badText(path, text, detail))
        .toList();
  }

  private void add(String path, String text, Function<String, List<String>> syntax) {
    problems.addAll(wrong(path, text, syntax));
  }

  private void oneOf(String path, JsonNode value, String... allowed) {
    if (!value.isMissingNode() && !List.of(allowed).contains(value.asText())) {
      String detail = "supported values: \"" + String.join("\", \"", allowed) + "\"";
      String summary = "Unsupported value: " + value;
      problems.add(new FieldProblem(path, "FieldValueNotSupported", summary, detail));
    }
  }

  private void spec(String path, JsonNode spec) {
    problems.addAll(labels(path + ".nodeSelector", spec.path("nodeSelector")));
    for (int i = 0; i < spec.path("tolerations").size(); i++) {
      toleration(path + ".tolerations[" + i + "]", spec.path("tolerations").path(i));
    }
    String terms = "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";
    JsonNode nodes = spec.at(terms + "/nodeSelectorTerms");
    for (int i = 0; i < nodes.size(); i++) {
      String term = path + (terms + "/nodeSelectorTerms").replace('/', '.') + "[" + i + "]";
      JsonNode expressions = nodes.path(i).path("matchExpressions");
      for (int k = 0; k < expressions.size(); k++) {
        String field = term + ".matchExpressions[" + k + "].key";
        add(field, expressions.path(k).path("key").asText(), NameSyntax::qualified);
      }
    }
    for (String name : List.of("priorityClassName", "serviceAccountName")) {
      if (spec.hasNonNull(name)) {
        add(path + "." + name, spec.path(name).asText(), NameSyntax::subdomain);
      }
    }
    for (int i = 0; i < spec.path("containers").size(); i++) {
      container(path + ".containers[" + i + "]", spec.path("containers").path(i));
    }
    JsonNode policy = spec.path("restartPolicy");
    if (policy.isMissingNode()) {
      String detail = "valid values: \"OnFailure\", \"Never\"";
      String field = path + ".restartPolicy";
      problems.add(new FieldProblem(field, "FieldValueRequired", "Required value", detail));
    }
    oneOf(path + ".restartPolicy", policy, "OnFailure", "Never");
  }

  private void toleration(String path, JsonNode toleration) {
    String key = toleration.path("key").asText("");
    String operator = toleration.path("operator").asText("Equal");
    String value = toleration.path("value").asText("");
    if (!key.isEmpty()) {
      add(path + ".key", key, NameSyntax::qualified);
    } else if (!operator.equals("Exists")) {
      String detail =
          "operator must be Exists when `key` is empty, which means \"match all values and all"
              + " keys\"";
      problems.add(FieldProblem.invalid(path + ".operator", "\"" + operator + "\"", detail));
    }
    if (operator.equals("Exists") && !value.isEmpty()) {
      String detail = "value must be empty when `operator` is 'Exists'";
      problems.add(FieldProblem.invalid(path + ".operator", "\"" + value + "\"", detail));
    } else {
      add(path + ".operator", value, NameSyntax::labelValue);
    }
    oneOf(path + ".operator", toleration.path("operator"), "Equal", "Exists");
    oneOf(
        path + ".effect", toleration.path("effect"), "NoSchedule", "PreferNoSchedule", "NoExecute");
  }

  private void container(String path, JsonNode container) {
    add(path + ".name", container.path("name").asText(""), NameSyntax::dnsLabel);
    if (container.path("image").asText("").isEmpty()) {
      problems.add(FieldProblem.required(path + ".image"));
    }
    oneOf(
        path + ".imagePullPolicy",
        container.path("imagePullPolicy"),
        "Always",
        "IfNotPresent",
        "Never");
    for (int i = 0; i < container.path("env").size(); i++) {
      variable(path + ".env[" + i + "]", container.path("env").path(i));
    }
    resources(path + ".resources", container.path("resources"));
  }

  private void variable(String path, JsonNode variable) {
    String name = variable.path("name").asText("");
    if (name.isEmpty()) {
      problems.add(FieldProblem.required(path + ".name"));
    } else {
      add(path + ".name", name, NameSyntax::variable);
    }
    for (String kind : List.of("secretKeyRef", "configMapKeyRef")) {
      JsonNode reference = variable.path("valueFrom").path(kind);
      if (reference.isObject()) {
        String field = path + ".valueFrom." + kind;
        add(field + ".name", reference.path("name").asText(""), NameSyntax::subdomain);
        if (reference.path("key").asText("").isEmpty()) {
          problems.add(FieldProblem.required(field + ".key"));
        } else {
          add(field + ".key", reference.path("key").asText(), NameSyntax::configKey);
        }
      }
    }
  }

  private void resources(String path, JsonNode resources) {
    Map<String, BigDecimal> limits = amounts(path + ".limits", resources.path("limits"));
    Map<String, BigDecimal> requests = amounts(path + ".requests", resources.path("requests"));
    for (Map.Entry<String, JsonNode> request : resources.path("requests").properties()) {
      String name = request.getKey();
      BigDecimal limit = limits.get(name);
      boolean whole = name.contains("/");
      if (limit == null) {
        if (whole) {
          String detail = "Limit must be set for non overcommitable resources";
          String field = path + ".limits";
          problems.add(new FieldProblem(field, "FieldValueRequired", "Required value", detail));
        }
        continue;
      }
      int order = requests.getOrDefault(name, limit).compareTo(limit);
      if (whole ? order != 0 : order > 0) {
        String relation = whole ? "must be equal to " : "must be less than or equal to ";
        String most = resources.path("limits").path(name).asText();
        String detail = relation + name + " limit of " + most;
        String value = "\"" + request.getValue().asText() + "\"";
        problems.add(FieldProblem.invalid(path + ".requests", value, detail));
      }
    }
  }

  private Map<String, BigDecimal> amounts(String path, JsonNode quantities) {
    Map<String, BigDecimal> amounts = new HashMap<>();
    for (Map.Entry<String, JsonNode> quantity : quantities.properties()) {
      String name = quantity.getKey();
      String field = path + "[" + name + "]";
      BigDecimal amount = Quantities.read(quantity.getValue(), type);
      String shown = "\"" + quantity.getValue().asText() + "\"";
      add(field, name, NameSyntax::qualified);
      if (amount.signum() < 0) {
        problems.add(FieldProblem.invalid(field, shown, "must be greater than or equal to 0"));
      }
      if (name.contains("/") && amount.stripTrailingZeros().scale() > 0) {
        problems.add(FieldProblem.invalid(field, shown, "must be an integer"));
      }
      amounts.put(name, amount);
    }
    return amounts;
  }
}
