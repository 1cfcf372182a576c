package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** How much is sent, and when. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "[has(self.stages), has(self.sweep), has(self.replay)].exists_one(is, is)",
    message = "exactly one of stages, sweep and replay must be set")
@ValidationRule(
    value =
        "!has(self.connectionReuse) || self.connectionReuse != 'PerUser' || (has(self.stages) &&"
            + " self.stages.all(s, has(s.users))) || (has(self.sweep) && has(self.sweep.users))",
    message = "connectionReuse PerUser goes with users in every stage")
public record LoadSpec(
    @JsonPropertyDescription(
            "How long each stage's load is applied before its window opens; what is sent then is"
                + " not measured.")
        @Default("30s")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String warmup,
    @JsonPropertyDescription(
            "How long requests in flight may go on after a window closed; what is unfinished then"
                + " counts as cut.")
        @Default("60s")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String drainTimeout,
    @JsonPropertyDescription(
            "Pooled: a request takes any idle connection. PerUser: each user keeps one, as a client"
                + " program does. PerRequest: each request opens one of its own.")
        @Default("Pooled")
        @Pattern("^(Pooled|PerUser|PerRequest)$")
        @Size(max = 16)
        String connectionReuse,
    @JsonPropertyDescription(
            "True loads the target beside other runs, of which each must say so too. Else a run"
                + " waits until it has the target (host and port) for itself, at most until"
                + " startingDeadline; then it is missed with reason TargetBusy.")
        @Default("false")
        Boolean shareTarget,
    @JsonPropertyDescription("Levels of load, one after the other.") @Size(min = 1, max = 20)
        List<StageSpec> stages,
    @JsonPropertyDescription("One stage for each of several levels, otherwise alike.")
        SweepSpec sweep,
    @JsonPropertyDescription(
            "Sends workload.trace at its own instants, as one stage with the name replay. The"
                + " warm-up is its first part, which is sent and not measured.")
        ReplaySpec replay) {

  /** One level of load. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.users) != has(self.requestsPerSecond)",
      message = "exactly one of users (closed loop) and requestsPerSecond (open loop) must be set")
  @ValidationRule(
      value = "has(self.duration) != has(self.requests)",
      message = "exactly one of duration and requests must be set")
  @ValidationRule(
      value = "!has(self.arrival) || has(self.requestsPerSecond)",
      message = "arrival goes with requestsPerSecond")
  @ValidationRule(
      value = "!has(self.burstiness) || (has(self.arrival) && self.arrival == 'Gamma')",
      message = "burstiness goes with arrival Gamma")
  @ValidationRule(
      value = "!has(self.ramp) || has(self.duration)",
      message = "ramp goes with duration: it lasts as long as the window")
  public record StageSpec(
      @Required
          @JsonPropertyDescription("Name of the stage, unique within the test.")
          @Pattern(Api.NAME)
          @Size(min = 1, max = 40)
          String name,
      @JsonPropertyDescription("Closed loop: this many users with one request in flight each.")
          @Min(1)
          @Max(100000)
          Integer users,
      @JsonPropertyDescription(
              "Pause of a user between an answer and the next request, or the next conversation: a"
                  + " duration, or a distribution.")
          @PreserveUnknownFields
          JsonNode thinkTime,
      @JsonPropertyDescription(
              "Open loop: mean request rate, per second, from 0.001; arrivals do not wait for"
                  + " answers.")
          JsonNode requestsPerSecond,
      @JsonPropertyDescription(
              "Open loop: gaps as of Poisson (independent users; the default), Constant, or Gamma"
                  + " of a burstiness.")
          @Pattern("^(Poisson|Constant|Gamma)$")
          @Size(max = 16)
          String arrival,
      @JsonPropertyDescription(
              "Shape of the Gamma law of the gaps, as in vLLM, from 0.001 to 1000: their"
                  + " coefficient of variation is 1/√burstiness. 1, the default, is Poisson, less"
                  + " comes in bursts, more is smoother.")
          JsonNode burstiness,
      @JsonPropertyDescription("Begins at another level and changes evenly over the window.")
          RampSpec ramp,
      @JsonPropertyDescription("Length of the measured window.")
          @Pattern(Api.DURATION)
          @Size(max = 32)
          String duration,
      @JsonPropertyDescription(
              "Ends the window when this many requests have ended; where that may take more than an"
                  + " hour, set lifecycle.activeDeadline.")
          @Min(1)
          @Max(100000000)
          Long requests) {}

  /** A load that changes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RampSpec(
      @Required
          @JsonPropertyDescription(
              "Users (a whole number) or rate during the warm-up; from there in a straight line to"
                  + " the stage's own at the window's end.")
          JsonNode from) {}

  /** Several levels of load. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.users) != has(self.requestsPerSecond)",
      message = "exactly one of users (closed loop) and requestsPerSecond (open loop) must be set")
  @ValidationRule(
      value = "has(self.duration) != has(self.requests)",
      message = "exactly one of duration and requests must be set")
  @ValidationRule(
      value = "!has(self.arrival) || has(self.requestsPerSecond)",
      message = "arrival goes with requestsPerSecond")
  @ValidationRule(
      value = "!has(self.burstiness) || (has(self.arrival) && self.arrival == 'Gamma')",
      message = "burstiness goes with arrival Gamma")
  public record SweepSpec(
      @JsonPropertyDescription(
              "Closed loop: numbers of users, in this order. The stage of 16 is named users-16.")
          @Size(min = 1, max = 20)
          List<Integer> users,
      @JsonPropertyDescription(
              "Open loop: mean request rates, in this order. The stage of 2.5 is named rps-2-5.")
          @Size(min = 1, max = 20)
          List<JsonNode> requestsPerSecond,
      @JsonPropertyDescription("As in stages.") @PreserveUnknownFields JsonNode thinkTime,
      @JsonPropertyDescription("As in stages.")
          @Pattern("^(Poisson|Constant|Gamma)$")
          @Size(max = 16)
          String arrival,
      @JsonPropertyDescription("As in stages.") JsonNode burstiness,
      @JsonPropertyDescription("Length of each measured window.")
          @Pattern(Api.DURATION)
          @Size(max = 32)
          String duration,
      @JsonPropertyDescription("Ends each window when this many requests have ended.")
          @Min(1)
          @Max(100000000)
          Long requests) {}

  /** A trace that is sent again. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ReplaySpec(
      @JsonPropertyDescription("How many times as fast as recorded, from 0.001 to 1000; default 1.")
          JsonNode speed,
      @JsonPropertyDescription("Only so many requests, the first ones of the trace; default: all.")
          @Min(1)
          @Max(100000000)
          Long limit) {}
}
