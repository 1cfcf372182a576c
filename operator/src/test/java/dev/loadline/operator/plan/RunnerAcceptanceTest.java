package dev.loadline.operator.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.local.apiserver.Admission;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.runner.RunnerOpinion;
import dev.loadline.runner.contract.Environment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every value of a spec replaced by every one of a list of odd ones: what CRD and parser take, the
 * load runner takes too. A spec that is Ready must not end in exit code 64.
 */
class RunnerAcceptanceTest {
  private static final String HALF = SpecText.CERTIFICATE.substring(0, 300);
  private static final String KEY =
      "-----BEGIN PRIVATE KEY-----\nMEECAQAwEwYHKoZIzj0CAQ==\n-----END PRIVATE KEY-----\n";
  private static final List<String> TEXTS =
      Stream.of(
              "'' ' ' x steady normal peak ä 0 1 -1 1.5 0.001 0.0009 1000000 1000001 0.000000001"
                  + " 999999999.999999999 0% 0.0000001% 50% 100% 101% +5",
              "0ms 0.0000001ms 0.0004ms 0.001ms 0.0015ms 0.9999ms 1ms 59s 1m 2562047h 720h"
                  + " 720h0.001ms 720h1ms 800h",
              "Authorization AUTHORIZATION X-Api-Key X-TENANT X-Request-Id X!",
              "http://a HTTPS://a https://a/ https://a_b/v1 https://[::1]:8443/v1//"
                  + " https://a:65536 https://1.2.3.4/ä/v1 http:a /v1 /v1// // Constant Poisson"
                  + " ttft e2e e2eScheduled itl p50 max https http OpenAI TGI Chat")
          .flatMap(line -> Stream.of(line.split(" ", -1)))
          .map(word -> word.replace("''", ""))
          .toList();

  /** The full one with certificates that are looked at, as they are where the target is https. */
  private static final List<Supplier<SpecText>> SPECS =
      List.of(
          () -> SpecText.full().with("/target/tls/insecureSkipVerify", "false"),
          SpecText::smallest,
          SpecText::shapes,
          SpecText::sweep,
          SpecText::replay);

  private static List<JsonNode> values() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    List<JsonNode> values = new ArrayList<>();
    TEXTS.forEach(text -> values.add(nodes.textNode(text)));
    for (String text :
        List.of(
            " ",
            " x ",
            "a".repeat(40),
            "a".repeat(41),
            SpecText.CERTIFICATE,
            "CA of the house\n" + SpecText.CERTIFICATE + "\n" + SpecText.CERTIFICATE,
            SpecText.CERTIFICATE.replace("\n", "\r\n"),
            SpecText.CERTIFICATE.replace("\n", " \n"),
            SpecText.CERTIFICATE.replace("MII", "MIJ"),
            SpecText.CERTIFICATE.replace("CERTIFICATE", "PKCS7"),
            SpecText.CERTIFICATE + HALF,
            HALF + SpecText.CERTIFICATE,
            KEY + SpecText.CERTIFICATE,
            KEY)) {
      values.add(nodes.textNode(text));
    }
    for (double number : new double[] {0.0005, 0.001, 0.5, 1.5, 1e7, 1e300}) {
      values.add(nodes.numberNode(number));
    }
    for (long number :
        new long[] {-1, 0, 1, 64, 2048, 100_001, 10_000_001, 100_000_001, 1L << 40}) {
      values.add(nodes.numberNode(number));
    }
    values.add(nodes.booleanNode(false));
    values.add(nodes.nullNode());
    return values;
  }

  @Test
  void whatIsTakenAsReadyIsTakenByTheRunner() {
    int taken = 0;
    for (Supplier<SpecText> spec : SPECS) {
      for (String pointer : leaves("", spec.get().tree())) {
        for (JsonNode value : values()) {
          SpecText text = spec.get().with(pointer, Serialization.asJson(value));
          if (isTaken(text)) {
            taken++;
            assertThat(opinion(text.plan())).as("%s = %s", pointer, value).isEmpty();
          }
        }
      }
    }
    assertThat(taken).as("specs that are taken").isGreaterThan(500);
  }

  private static List<String> leaves(String path, JsonNode node) {
    List<String> leaves = new ArrayList<>();
    node.fieldNames()
        .forEachRemaining(name -> leaves.addAll(leaves(path + "/" + name, node.get(name))));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      leaves.addAll(leaves(path + "/" + i, node.get(i)));
    }
    if (!path.isEmpty()) {
      leaves.add(path);
    }
    return leaves;
  }

  private static boolean isTaken(SpecText text) {
    try {
      return text.parse() instanceof TestPlan.Parsed.Valid && takenByTheCrd(text);
    } catch (IllegalArgumentException wrongType) {
      return false;
    }
  }

  private static boolean takenByTheCrd(SpecText text) {
    ObjectNode object =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", Api.GROUP + "/" + Api.VERSION)
            .put("kind", Api.LOAD_TEST);
    object.putObject("metadata").put("name", "chat").put("namespace", "perf");
    object.set("spec", text.tree().deepCopy());
    return Admission.problems(
            LocalApiServer.type(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST).orElseThrow(), object)
        .isEmpty();
  }

  private static List<String> opinion(TestPlan plan) {
    Map<String, String> environment = new HashMap<>(Map.of(Environment.API_KEY, "secret"));
    environment.put(Environment.CLIENT_CERTIFICATE, resource("client-certificate.pem"));
    environment.put(Environment.CLIENT_KEY, resource("client-key.pem"));
    for (int i = 0; i < plan.target().headers().size(); i++) {
      environment.put(
          Environment.HEADER_PREFIX + i,
          switch (plan.target().headers().get(i).value()) {
            case Target.Value.Literal literal -> literal.text();
            case Target.Value.FromSecret ignored -> "secret";
          });
    }
    return RunnerOpinion.problems(plan.runPlan("run", "nonce"), environment);
  }

  private static String resource(String name) {
    try (InputStream file =
        requireNonNull(RunnerAcceptanceTest.class.getResourceAsStream("/plan/" + name))) {
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
