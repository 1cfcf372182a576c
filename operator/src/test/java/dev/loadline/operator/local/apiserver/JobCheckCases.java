package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an API server of Kubernetes 1.35 refuses of a Job, and its words. */
public abstract class JobCheckCases {
  private static final String CONTAINER = "spec.template.spec.containers[0]";
  private static final String NAME =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  private static final String LABEL =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is"
          + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  private static final String SUBDOMAIN =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

  /**
   * What a server says.
   *
   * @param status its code
   * @param body the object, or a Status
   */
  public record Answer(int status, String body) {}

  /** Posts YAML to this path of the server in question. */
  protected abstract Answer post(String path, String yaml) throws Exception;

  private Answer post(String metadata, String pod, String container) throws Exception {
    return post("/apis/batch/v1/namespaces/default/jobs?dryRun=All", job(metadata, pod, container));
  }

  static String job(String metadata, String pod, String container) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {%s}
    spec:
      completionMode: Indexed
      completions: 1
      parallelism: 1
      template:
        spec: {restartPolicy: Never, %s containers: [{name: runner, %s}]}
    """
        .formatted(metadata, pod, container);
  }

  private static List<String> causes(Answer refused) {
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    List<String> causes = new ArrayList<>();
    for (JsonNode cause : Json.read(refused.body()).at("/details/causes")) {
      causes.add(cause.path("field").asText() + ": " + cause.path("message").asText());
    }
    return causes;
  }

  @Test
  void takesAGoodOne() throws Exception {
    Answer made =
        post(
            "name: " + "a".repeat(61) + ", labels: {a: '', b.c/d: E_f.g}",
            "nodeSelector: {a/b: c}, tolerations: [{operator: Exists}, {key: a, value: b}],",
            "image: i, env: [{name: a.b-c, value: x}], resources: {requests: {cpu: 500m, memory:"
                + " 0.5Gi, nvidia.com/gpu: 1}, limits: {cpu: '0.5', memory: 512Mi, nvidia.com/gpu:"
                + " 1e0}}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource({"a.b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void namesOfIndexedJobsAreHostNames(String name) throws Exception {
    assertThat(causes(post("name: " + name, "", "image: i")))
        .containsExactly(
            "metadata.name: Invalid value: \"%s\": will not able to create pod with invalid DNS label: %s-0"
                .formatted(name, name));
  }

  /** In any order: the server walks through maps. */
  @Test
  void labelsAnnotationsAndPlacementHaveASyntax() throws Exception {
    assertThat(
            causes(
                post(
                    "name: j, labels: {a: b c, /x: z}, annotations: {d e: ''}",
                    "nodeSelector: {g: _}, priorityClassName: A_B, tolerations: [{key: h i,"
                        + " operator: Exists}, {operator: Equal}, {key: k, effect: Nope}],",
                    "image: i")))
        .containsExactlyInAnyOrder(
            "metadata.labels: Invalid value: \"b c\": " + LABEL,
            "metadata.labels: Invalid value: \"/x\": prefix part must be non-empty",
            "metadata.annotations: Invalid value: \"d e\": name part " + NAME,
            "spec.template.spec.nodeSelector: Invalid value: \"_\": " + LABEL,
            "spec.template.spec.tolerations[0].key: Invalid value: \"h i\": name part " + NAME,
            "spec.template.spec.tolerations[1].operator: Invalid value: \"Equal\": operator must be"
                + " Exists when `key` is empty, which means \"match all values and all keys\"",
            "spec.template.spec.tolerations[2].effect: Unsupported value: \"Nope\": supported"
                + " values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"",
            "spec.template.spec.priorityClassName: Invalid value: \"A_B\": " + SUBDOMAIN);
  }

  @Test
  void variablesHaveNamesAndReferences() throws Exception {
    assertThat(
            causes(
                post(
                    "name: j",
                    "",
                    "env: [{name: a=b}, {name: ''}, {name: A, valueFrom: {secretKeyRef: {name: UP,"
                        + " key: '..'}}}]")))
        .containsExactly(
            CONTAINER + ".image: Required value",
            CONTAINER
                + ".env[0].name: Invalid value: \"a=b\": a valid environment variable name must"
                + " consist only of printable ASCII characters other than '='",
            CONTAINER + ".env[1].name: Required value",
            CONTAINER + ".env[2].valueFrom.secretKeyRef.name: Invalid value: \"UP\": " + SUBDOMAIN,
            CONTAINER
                + ".env[2].valueFrom.secretKeyRef.key: Invalid value: \"..\": must not be '..'");
  }

  /** In any order: the server walks through maps. */
  @Test
  void requestsStayWithinLimits() throws Exception {
    assertThat(
            causes(
                post(
                    "name: j",
                    "",
                    "image: i, resources: {requests: {cpu: 2, memory: 1Gi, nvidia.com/gpu: 500m},"
                        + " limits: {cpu: '1', memory: 512Mi, ephemeral-storage: -1}}")))
        .containsExactlyInAnyOrder(
            CONTAINER
                + ".resources.limits[ephemeral-storage]: Invalid value: \"-1\": must be greater"
                + " than or equal to 0",
            CONTAINER
                + ".resources.requests[nvidia.com/gpu]: Invalid value: \"500m\": must be an"
                + " integer",
            CONTAINER
                + ".resources.requests: Invalid value: \"2\": must be less than or equal to cpu"
                + " limit of 1",
            CONTAINER
                + ".resources.requests: Invalid value: \"1Gi\": must be less than or equal to"
                + " memory limit of 512Mi",
            CONTAINER
                + ".resources.limits: Required value: Limit must be set for non overcommitable"
                + " resources");
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3, quantities must match",
    "1KI, quantities must match",
    "'', quantities must match",
    "1K, unable to parse quantity's suffix",
    "1e, unable to parse quantity's suffix"
  })
  void whatIsNoQuantityCannotBeRead(String quantity, String words) throws Exception {
    Answer refused =
        post("name: j", "", "image: i, resources: {limits: {cpu: '" + quantity + "'}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(Json.read(refused.body()).path("message").asText())
        .startsWith("Job in version \"v1\" cannot be handled as a Job: " + words);
  }
}
