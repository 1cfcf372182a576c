package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.runner.contract.RunPlan;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded damage to a spec: reading it ends in a plan or in problems, never in an exception. */
class PlanGarbageTest {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final int ROUNDS = 20_000;
  private static final String[] TEXTS = {
    "",
    " ",
    "null",
    "-1",
    "0",
    "1e9",
    "1e-999999999",
    "1e-2147483647%",
    "99999999999h",
    "%",
    "1%%",
    "NaN",
    "\u0000",
    "@every 1h",
    "@every 0s",
    "* * * * *",
    "*/0 * * * *",
    "0-99999999999 * * * *",
    "TZ=UTC * * * * *",
    "http://[::1",
    "http://a b",
    "http://%zz",
    "//x",
    "Europe/Berlin",
    "p95",
    "ttft",
    "errorRate",
    "steady",
    "Completions",
    "ä🎉",
    "9".repeat(5000),
    "1s".repeat(900),
    "users"
  };

  private final Random random = new Random(20261125);

  @Test
  void damagedSpecsGiveAPlanOrProblems() throws IOException {
    int read = 0;
    int valid = 0;
    for (int round = 0; round < ROUNDS; round++) {
      ObjectNode tree = (round % 2 == 0 ? SpecText.full() : SpecText.smallest()).tree();
      for (int i = random.nextInt(4); i >= 0; i--) {
        damage(tree);
      }
      Optional<LoadTestSpec> spec = read(tree);
      if (spec.isPresent()) {
        read++;
        valid += check(spec.get(), tree) ? 1 : 0;
      }
    }
    assertThat(read).isGreaterThan(ROUNDS / 3);
    assertThat(valid).isBetween(ROUNDS / 100, read - ROUNDS / 10);
  }

  private static Optional<LoadTestSpec> read(ObjectNode tree) {
    try {
      return Optional.of(SERIALIZATION.convertValue(tree, LoadTestSpec.class));
    } catch (IllegalArgumentException wrongType) {
      return Optional.empty();
    }
  }

  private static boolean check(LoadTestSpec spec, ObjectNode tree) throws IOException {
    return switch (TestPlan.parse(spec, "perf")) {
      case TestPlan.Parsed.Refused refused -> {
        assertThat(refused.problems())
            .as("%s", tree)
            .allMatch(problem -> problem.field().startsWith("spec"));
        yield false;
      }
      case TestPlan.Parsed.Valid valid -> {
        String text = JSON.writeValueAsString(valid.plan().runPlan("run", "nonce"));
        assertThat(text).as("%s", tree).hasSizeLessThan(20_000);
        assertThat(JSON.readValue(text, RunPlan.class))
            .isEqualTo(valid.plan().runPlan("run", "nonce"));
        yield true;
      }
    };
  }

  /** One node of the tree becomes something else, goes, or comes twice. */
  private void damage(ObjectNode tree) {
    List<JsonNode> containers = new ArrayList<>();
    collect(tree, containers);
    JsonNode place = containers.get(random.nextInt(containers.size()));
    switch (place) {
      case ObjectNode object when !object.isEmpty() -> {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        if (random.nextInt(4) == 0) {
          object.remove(name);
        } else {
          object.set(name, garbage());
        }
      }
      case ArrayNode array when !array.isEmpty() -> {
        int index = random.nextInt(array.size());
        switch (random.nextInt(3)) {
          case 0 -> array.remove(index);
          case 1 -> array.add(array.get(index).deepCopy());
          default -> array.set(index, garbage());
        }
      }
      default -> tree.set("schedule", garbage());
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private JsonNode garbage() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(8)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.numberNode(random.nextInt(-2, 3));
      case 2 -> nodes.numberNode(random.nextLong());
      case 3 -> nodes.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(-300, 300)));
      case 4 -> nodes.booleanNode(random.nextBoolean());
      case 5 -> random.nextBoolean() ? nodes.objectNode() : nodes.arrayNode();
      default -> nodes.textNode(TEXTS[random.nextInt(TEXTS.length)]);
    };
  }
}
