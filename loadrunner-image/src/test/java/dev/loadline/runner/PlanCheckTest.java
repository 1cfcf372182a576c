package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.RequestBound;
import dev.loadline.runner.contract.Workload;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCheckTest {
  private static final String PLAN =
      ContractJson.write(
          new RunPlan(
              RunPlan.VERSION,
              "run",
              "nonce",
              Plans.requests("http://127.0.0.1:8000/v1", 1).target(),
              new Workload(
                  new Workload.Content.Synthetic(
                      new Distribution.Normal(100, 10, 50, 200), new Distribution.Fixed(64), 0, 1),
                  Optional.empty(),
                  true,
                  1),
              new RunPlan.Load(
                  1000,
                  2000,
                  "Pooled",
                  List.of(
                      Plans.stage("one", new End.After(3000)),
                      new RunPlan.Stage(
                          "two",
                          new RunPlan.Shape.Open("12.5", Optional.empty(), "Poisson", 1),
                          new End.Requests(40)))),
              List.of(new RequestBound("ttft", 800_000, Optional.of("one"))),
              List.of(),
              RunPlan.Limits.NONE));

  @Test
  void aSoundPlanHasNoProblem() {
    assertThat(PlanCheck.problems(ContractJson.readPlan(PLAN))).isEmpty();
  }

  @Test
  void turnsDoNotGoWithATrace() {
    assertThat(problems(new Workload.Content.Trace("trace.csv", "Azure"), Optional.empty()))
        .singleElement()
        .asString()
        .startsWith("workload.turns do not go with a trace");
  }

  @Test
  void turnsOfADatasetHaveTheLengthsOfItsRecords() {
    Workload.Content dataset =
        new Workload.Content.Dataset("chat.json", "ShareGPT", Optional.empty());
    assertThat(problems(dataset, Optional.empty())).isEmpty();
    assertThat(problems(dataset, Optional.of(new Distribution.Fixed(50))))
        .containsExactly(
            "workload.turns.inputTokens does not go with a dataset: its records say what is"
                + " asked.");
  }

  private static List<String> problems(
      Workload.Content content, Optional<Distribution> inputOfTurns) {
    RunPlan sound = ContractJson.readPlan(PLAN);
    return PlanCheck.problems(
        new RunPlan(
            sound.version(),
            sound.run(),
            sound.nonce(),
            sound.target(),
            new Workload(
                content,
                Optional.of(
                    new Workload.Turns(
                        new Distribution.Fixed(2), inputOfTurns, new Distribution.Fixed(0))),
                true,
                1),
            new RunPlan.Load(
                1000, 2000, "Pooled", List.of(Plans.stage("one", new End.After(3000)))),
            List.of(),
            List.of(),
            RunPlan.Limits.NONE));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"limits\":{},              \"limits\":{\"requests\":0},     limits.requests",
        "\"limits\":{},              \"limits\":{\"outputTokens\":0}, limits.outputTokens",
        "\"limits\":{},              \"limits\":{\"runnerMillis\":0}, limits.runnerMillis",
        "\"run\":\"run\",            \"run\":\" \",            run",
        "\"nonce\":\"nonce\",        \"nonce\":\"\",           nonce",
        "\"Chat\",                   \"chat\",                 target.api",
        "\"Auto\",                   \"auto\",                 target.engine",
        "\"api\",                    `\"model\":\" \",\"api\"`, target.model",
        "Millis\":10000,             Millis\":0,               target.readinessTimeoutMillis",
        "\"mean\":100.0,             \"mean\":20,              workload.content.inputTokens.mean",
        "\"stddev\":10.0,            \"stddev\":-1,            workload.content.inputTokens.stddev",
        "Millis\":10000,             Millis\":2592000001,      target.readinessTimeoutMillis",
        "\"min\":50,                 \"min\":0,                workload.content.inputTokens",
        "\"min\":50,                 \"min\":201,              workload.content.inputTokens",
        "\"max\":200,                \"max\":20000000,         workload.content.inputTokens",
        "\"value\":64,              \"value\":0,             workload.content.outputTokens.value",
        "\"warmupMillis\":1000,      \"warmupMillis\":-1,      load.warmupMillis",
        "\"drainTimeoutMillis\":2000, \"drainTimeoutMillis\":-1, load.drainTimeoutMillis",
        "\"warmupMillis\":1000,      \"warmupMillis\":2592000001, load.warmupMillis",
        "\"drainTimeoutMillis\":2000, \"drainTimeoutMillis\":2592000001,"
            + " load.drainTimeoutMillis",
        "\"value\":0,      \"value\":2592000001," + " load.stages[0].shape.thinkTimeMillis.value",
        "\"millis\":3000,            \"millis\":9223372036854775807,"
            + " load.stages[0].end.millis",
        "\"12.5\",                   \"0.0009\"," + " load.stages[1].shape.requestsPerSecond",
        "\"12.5\",                   \"1e-99999999\"," + " load.stages[1].shape.requestsPerSecond",
        "\"count\":40,               \"count\":100000001,    load.stages[1].end.count",
        "\"maxMicros\":800000,       \"maxMicros\":2592000000001, goodput[0].maxMicros",
        "\"name\":\"one\",           \"name\":\"\",            load.stages[0].name",
        "\"name\":\"two\",           \"name\":\"one\",         load.stages[1].name",
        "\"users\":2,                \"users\":100001,         load.stages[0].shape.users",
        "\"value\":0,      \"value\":-1,  " + " load.stages[0].shape.thinkTimeMillis.value",
        "\"millis\":3000,            \"millis\":0,             load.stages[0].end.millis",
        "\"12.5\",                   \"0\",                   "
            + " load.stages[1].shape.requestsPerSecond",
        "\"12.5\",                   \"1e99999999\",          "
            + " load.stages[1].shape.requestsPerSecond",
        "\"12.5\",                   \"many\",                "
            + " load.stages[1].shape.requestsPerSecond",
        "\"Poisson\",                \"Fish\",                 load.stages[1].shape.arrival",
        "\"count\":40,               \"count\":0,              load.stages[1].end.count",
        "\"metric\":\"ttft\",        \"metric\":\"sendLag\",   goodput[0].metric",
        "\"maxMicros\":800000,       \"maxMicros\":0,          goodput[0].maxMicros",
        "\"Pooled\",                 \"Shared\",               load.connectionReuse",
        "\"Pooled\",                 \"PerUser\",              load.stages[1].shape",
        "\"burstiness\":1.0,         \"burstiness\":0,         load.stages[1].shape.burstiness",
        "\"users\":2,                `\"users\":2,\"rampFrom\":0`,"
            + " load.stages[0].shape.rampFrom",
        "\"arrival\",                `\"rampFrom\":\"0\",\"arrival\"`,"
            + " load.stages[1].shape.rampFrom",
        "\"arrival\",                `\"rampFrom\":\"2\",\"arrival\"`, load.stages[1].end",
        "\"sharedPrefixTokens\":0,   \"sharedPrefixTokens\":200,"
            + " workload.content.sharedPrefixTokens",
        "\"sharedPrefixTokens\":0,   \"sharedPrefixTokens\":50,"
            + " workload.content.sharedPrefixTokens",
        "\"sharedPrefixGroups\":1,   \"sharedPrefixGroups\":0,"
            + " workload.content.sharedPrefixGroups",
        "\"stage\":\"one\",          \"stage\":\"three\",      goodput[0].stage"
      })
  void namesTheFieldThatMakesNoSense(String part, String instead, String field) {
    String broken = PLAN.replace(part, instead);

    assertThat(broken).isNotEqualTo(PLAN);
    assertThat(PlanCheck.problems(ContractJson.readPlan(broken)))
        .anySatisfy(problem -> assertThat(problem).startsWith(field + " ").endsWith("."));
  }

  @Test
  void saysAllThatIsOutOfBoundsAtOnce() {
    String broken =
        PLAN.replace("\"warmupMillis\":1000", "\"warmupMillis\":9000000000")
            .replace("\"12.5\"", "\"0.0001\"")
            .replace("\"count\":40", "\"count\":9000000000");

    assertThat(PlanCheck.problems(ContractJson.readPlan(broken)))
        .containsExactly(
            "load.warmupMillis must be from 0 to 2592000000 (30 days).",
            "load.stages[1].shape.requestsPerSecond is \"0.0001\": from 0.001 to 1000000.",
            "load.stages[1].end.count must be from 1 to 100000000.");
  }

  @Test
  void refusesNoStagesAndTooMany() {
    List<RunPlan.Stage> many =
        IntStream.range(0, 21).mapToObj(i -> Plans.stage("s" + i, new End.After(1))).toList();

    assertThat(PlanCheck.problems(Plans.plan("http://h/v1", 0, List.of())))
        .containsExactly("load.stages has 0 stages: 1 to 20 are possible.");
    assertThat(PlanCheck.problems(Plans.plan("http://h/v1", 0, many)))
        .containsExactly("load.stages has 21 stages: 1 to 20 are possible.");
  }
}
