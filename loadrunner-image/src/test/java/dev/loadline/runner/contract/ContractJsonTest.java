package dev.loadline.runner.contract;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractJsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | no JSON object",
        "[] | no JSON object",
        "{\"version\":2 | no JSON: line 1",
        "nonsense | no JSON: line 1",
        "{} | its version is missing, this program reads version 2",
        "{\"version\":1} | its version is 1, this program reads version 2",
        "{\"version\":\"1\"} | its version is \"1\""
      })
  void saysWhatIsWrongWithATextThatIsNoPlan(String json, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContractJson.readPlan(json))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"users\":16,', '', load.stages[0].shape",
    "'\"run\":\"nightly-202611240200\",', '', run",
    "'\"url\":\"https://vllm.models:8443/v1\",', '', target",
    "'\"seed\":42', '\"seed\":4.5', workload.seed",
    "'\"type\":\"Open\"', '\"type\":\"Ajar\"', load.stages[1].shape",
    "'\"goodput\":[', '\"badput\":[', goodput"
  })
  void namesTheFieldThatIsMissingOrWrong(String part, String instead, String field) {
    String json = ContractJson.write(Examples.fullPlan());
    String broken = json.replace(part, instead);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContractJson.readPlan(broken))
        .withMessageContaining(field);
  }

  @Test
  void readsNoPlanOfNestedNonsense() {
    String deep = "{\"version\":2,\"run\":" + "[".repeat(100_000);

    assertThatIllegalArgumentException().isThrownBy(() -> ContractJson.readPlan(deep));
  }
}
