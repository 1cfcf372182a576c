package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The load of a stage, as a run's status tells it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StageLoad(
    @JsonPropertyDescription("Closed loop: number of users.") Integer users,
    @JsonPropertyDescription("Open loop: mean request rate, per second.") String requestsPerSecond,
    @JsonPropertyDescription("Open loop: Poisson, Constant or Gamma.") String arrival,
    @JsonPropertyDescription("Gamma arrivals: their burstiness.") String burstiness,
    @JsonPropertyDescription("Users or rate at the begin of a ramp.") String rampFrom,
    @JsonPropertyDescription("Replay: how many times as fast as recorded.") String speed) {

  /** Whether requests wait for the answers to others. */
  public boolean closedLoop() {
    return users != null;
  }

  /**
   * The load for people: {@code 16 users}, {@code 1 to 64 users}, {@code 4.5 requests/s Poisson},
   * {@code 20 requests/s Gamma, burstiness 0.25}, {@code trace × 2}.
   */
  public String words() {
    if (speed != null) {
      return "trace × " + speed;
    }
    String from = rampFrom == null ? "" : rampFrom + " to ";
    if (closedLoop()) {
      return from + users + (users == 1 ? " user" : " users");
    }
    return from
        + requestsPerSecond
        + " requests/s"
        + (arrival == null ? "" : " " + arrival)
        + (burstiness == null ? "" : ", burstiness " + burstiness);
  }
}
