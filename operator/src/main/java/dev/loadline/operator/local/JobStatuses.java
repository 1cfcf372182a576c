package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The status of an Indexed Job of one pod, shaped as the Job controller writes it. */
final class JobStatuses {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private JobStatuses() {}

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static ObjectNode active(Instant started, boolean ready) {
    ObjectNode status = begun(started);
    return status.put("active", 1).put("ready", ready ? 1 : 0);
  }

  static ObjectNode complete(Instant started, Instant now) {
    ObjectNode status = begun(started);
    status.put("ready", 0).put("succeeded", 1).put("completedIndexes", "0");
    status.put("completionTime", text(now));
    ArrayNode conditions = status.putArray("conditions");
    String message = "Reached expected number of succeeded pods";
    condition(conditions, "SuccessCriteriaMet", "CompletionsReached", message, now);
    condition(conditions, "Complete", "CompletionsReached", message, now);
    return status;
  }

  static ObjectNode failed(Instant started, String reason, String message, Instant now) {
    ObjectNode status = begun(started);
    status.put("ready", 0).put("failed", 1).put("failedIndexes", "0");
    ArrayNode conditions = status.putArray("conditions");
    condition(conditions, "FailureTarget", reason, message, now);
    condition(conditions, "Failed", reason, message, now);
    return status;
  }

  private static ObjectNode begun(Instant started) {
    ObjectNode status = JSON.createObjectNode();
    status.put("startTime", text(started)).put("terminating", 0);
    status.putObject("uncountedTerminatedPods");
    return status;
  }

  private static void condition(
      ArrayNode conditions, String type, String reason, String message, Instant now) {
    conditions
        .addObject()
        .put("type", type)
        .put("status", "True")
        .put("reason", reason)
        .put("message", message)
        .put("lastProbeTime", text(now))
        .put("lastTransitionTime", text(now));
  }

  static boolean finished(JsonNode job) {
    for (JsonNode condition : job.path("status").path("conditions")) {
      String type = condition.path("type").asText();
      if (type.equals("Complete") || type.equals("Failed")) {
        return true;
      }
    }
    return false;
  }

  /** The pod of a Job, as the Job controller makes it; its node is this machine. */
  static ObjectNode pod(JsonNode job) {
    JsonNode template = job.path("spec").path("template");
    String name = job.path("metadata").path("name").asText();
    String uid = job.path("metadata").path("uid").asText();
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata");
    metadata.put("generateName", name + "-0-");
    ObjectNode labels = metadata.putObject("labels");
    if (template.path("metadata").path("labels") instanceof ObjectNode own) {
      labels.setAll(own);
    }
    for (String prefix : new String[] {"", "batch.kubernetes.io/"}) {
      labels.put(prefix + "job-name", name).put(prefix + "controller-uid", uid);
    }
    labels.put("batch.kubernetes.io/job-completion-index", "0");
    ObjectNode annotations = metadata.putObject("annotations");
    if (template.path("metadata").path("annotations") instanceof ObjectNode own) {
      annotations.setAll(own);
    }
    annotations.put("batch.kubernetes.io/job-completion-index", "0");
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "batch/v1")
        .put("kind", "Job")
        .put("name", name)
        .put("uid", uid)
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    ObjectNode spec = template.path("spec").deepCopy();
    spec.put("nodeName", "local");
    pod.set("spec", spec);
    return pod;
  }
}
