package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
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
    @Required
        @JsonPropertyDescription("Levels of load, one after the other.")
        @Size(min = 1, max = 20)
        List<StageSpec> stages) {

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
      value = "!has(self.thinkTime) || has(self.users)",
      message = "thinkTime goes with users")
  @ValidationRule(
      value = "!has(self.arrival) || has(self.requestsPerSecond)",
      message = "arrival goes with requestsPerSecond")
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
      @JsonPropertyDescription("Pause of a user between an answer and the next request.")
          @Pattern(Api.DURATION)
          @Size(max = 32)
          String thinkTime,
      @JsonPropertyDescription(
              "Open loop: mean request rate, per second, from 0.001; arrivals do not wait for"
                  + " answers.")
          JsonNode requestsPerSecond,
      @JsonPropertyDescription(
              "Open loop: Poisson (independent users; the default) or Constant gaps.")
          @Pattern("^(Poisson|Constant)$")
          @Size(max = 16)
          String arrival,
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
}
