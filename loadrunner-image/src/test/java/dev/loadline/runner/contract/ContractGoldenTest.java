package dev.loadline.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The files in {@code contract/} are what operators and runners of other builds write and read: a
 * change here breaks them and needs a new version. {@code -Dgolden=write} rewrites them.
 */
class ContractGoldenTest {
  private static final Path FOLDER = Path.of("contract");
  private static final boolean WRITE = "write".equals(System.getProperty("golden"));
  private static final ObjectMapper PRETTY =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Test
  void fullPlanIsWrittenAndReadAsInTheFile() throws IOException {
    String golden = golden("plan-full.json", pretty(ContractJson.write(Examples.fullPlan())));

    assertThat(pretty(ContractJson.write(Examples.fullPlan()))).isEqualTo(golden);
    assertThat(ContractJson.readPlan(golden)).isEqualTo(Examples.fullPlan());
  }

  @Test
  void smallPlanIsWrittenAndReadAsInTheFile() throws IOException {
    String golden = golden("plan-small.json", pretty(ContractJson.write(Examples.smallPlan())));

    assertThat(pretty(ContractJson.write(Examples.smallPlan()))).isEqualTo(golden);
    assertThat(ContractJson.readPlan(golden)).isEqualTo(Examples.smallPlan());
  }

  @Test
  void fullResultIsWrittenAndReadAsInTheFile() throws IOException {
    RunResult result = Examples.fullResult(2);
    String golden = golden("result-full.json", pretty(ContractJson.write(result)));

    assertThat(pretty(ContractJson.write(result))).isEqualTo(golden);
    assertThat(ContractJson.readResult(golden)).isEqualTo(result);
  }

  @Test
  void resultWithoutLoadIsWrittenAndReadAsInTheFile() throws IOException {
    RunResult result = Examples.unreachable();
    String golden = golden("result-unreachable.json", pretty(ContractJson.write(result)));

    assertThat(pretty(ContractJson.write(result))).isEqualTo(golden);
    assertThat(ContractJson.readResult(golden)).isEqualTo(result);
  }

  /** Only decoding: another zlib may pack the same bytes differently. */
  @Test
  void terminationMessageInTheFileIsReadAsTheFullResult() throws IOException {
    RunResult result = Examples.fullResult(2);
    String golden = golden("result-full.termination-message", ResultCodec.encode(result));

    assertThat(ResultCodec.decode(golden)).isEqualTo(new ResultCodec.Decoded.Read(result));
  }

  /** What a runner writes that was started before the operator was upgraded. */
  @Test
  void terminationMessageOfTheVersionBeforeIsReadWithoutSpending() throws IOException {
    String before = Files.readString(FOLDER.resolve("result-version-2.termination-message"));
    RunResult now = Examples.fullResult(2);

    assertThat(ResultCodec.decode(before))
        .isInstanceOfSatisfying(
            ResultCodec.Decoded.Read.class,
            read -> {
              assertThat(read.result().spent()).isEmpty();
              assertThat(read.result().limitReached()).isEmpty();
              assertThat(read.result().stages()).isEqualTo(now.stages());
              assertThat(read.result().generator()).isEqualTo(now.generator());
            });
  }

  @Test
  void unknownFieldsAreIgnoredEverywhere() throws IOException {
    String plan = ContractJson.write(Examples.fullPlan());
    String result = ContractJson.write(Examples.fullResult(2));

    assertThat(ContractJson.readPlan(withUnknownFields(plan))).isEqualTo(Examples.fullPlan());
    assertThat(ContractJson.readResult(withUnknownFields(result)))
        .isEqualTo(Examples.fullResult(2));
  }

  private static String withUnknownFields(String json) throws IOException {
    JsonNode tree = PRETTY.readTree(json);
    addUnknownFields(tree);
    return tree.toString();
  }

  private static void addUnknownFields(JsonNode node) {
    node.forEach(ContractGoldenTest::addUnknownFields);
    boolean distributions = node.has("ttft");
    if (node instanceof ObjectNode object && !distributions) {
      object.putObject("laterField").put("anything", 1);
    }
  }

  private static String pretty(String json) throws IOException {
    return PRETTY.writeValueAsString(PRETTY.readTree(json)) + "\n";
  }

  private static String golden(String name, String actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if (WRITE) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, actual);
    }
    return Files.readString(file);
  }
}
