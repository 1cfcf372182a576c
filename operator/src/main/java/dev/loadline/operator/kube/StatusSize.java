package dev.loadline.operator.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ErrorStatus;
import dev.loadline.operator.api.LoadTestRunStatus.LatencyStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Keeps a status under 32 KiB of JSON: many of them are in every cache and in etcd. What is least
 * important of the stages goes first.
 */
final class StatusSize {
  /** 32 KiB less the words that say what was left out. */
  private static final int MOST_BYTES = 32 * 1024 - 512;

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private StatusSize() {}

  /**
   * Stages that fit.
   *
   * @param omitted what was left out, in words; empty where nothing was
   */
  record Fitting(List<StageStatus> stages, List<String> omitted) {}

  /** Leaves out what has to be so that the status with these stages is small enough. */
  static Fitting fit(
      List<StageStatus> stages, Function<List<StageStatus>, LoadTestRunStatus> status) {
    List<StageStatus> fitting = stages;
    List<String> omitted = new ArrayList<>();
    for (Omission omission : Omission.values()) {
      if (bytes(status.apply(fitting)) <= MOST_BYTES) {
        break;
      }
      fitting = fitting.stream().map(omission::from).toList();
      omitted.add(omission.words);
    }
    return new Fitting(fitting, omitted);
  }

  static int bytes(LoadTestRunStatus status) {
    try {
      return JSON.writeValueAsBytes(status).length;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("the status cannot be written as JSON", impossible);
    }
  }

  /** What is left out, in this order. */
  private enum Omission {
    INTERVALS("confidence intervals"),
    EXAMPLES("examples of errors"),
    DERIVED("ttftFirstChunk, ntpot and itlPerToken"),
    SECONDARY("ttfb, connect, maxGap, ttfo and itl"),
    REST("sendLag, and e2e of open loops"),
    LENGTHS("lengths of prompts and answers"),
    RARE("all classes of errors but the most frequent one"),
    ARRIVALS("arrivals"),
    TOKENS("tokens");

    private final String words;

    Omission(String words) {
      this.words = words;
    }

    private Set<String> metrics(boolean closedLoop) {
      return switch (this) {
        case INTERVALS, EXAMPLES, LENGTHS, RARE, ARRIVALS, TOKENS -> Set.of();
        case DERIVED -> Set.of("ttftFirstChunk", "ntpot", "itlPerToken");
        case SECONDARY -> Set.of("ttfb", "connect", "maxGap", "ttfo", "itl");
        case REST -> closedLoop ? Set.of("sendLag") : Set.of("sendLag", "e2e");
      };
    }

    StageStatus from(StageStatus stage) {
      Map<String, LatencyStatus> latencies = new TreeMap<>(stage.latencyMicros());
      latencies.keySet().removeAll(metrics(stage.load().closedLoop()));
      latencies.replaceAll((metric, latency) -> withoutIntervals(latency));
      return new StageStatus(
          stage.name(),
          stage.load(),
          stage.windowMillis(),
          stage.requests(),
          stage.errors().stream()
              .limit(this == RARE ? 1 : Integer.MAX_VALUE)
              .map(error ->
                  this == INTERVALS
                      ? error
                      : new ErrorStatus(error.errorClass(), error.count(), null))
              .toList(),
          this == TOKENS ? null : stage.tokens(),
          this == LENGTHS ? null : stage.lengths(),
          this == ARRIVALS ? null : stage.arrivals(),
          stage.throughput(),
          stage.errorRate(),
          stage.goodFraction(),
          stage.concurrencyMean(),
          latencies);
    }
  }

  /** The figures alone. */
  static LatencyStatus withoutIntervals(LatencyStatus latency) {
    return new LatencyStatus(
        latency.count(),
        latency.mean(),
        latency.p50(),
        latency.p90(),
        latency.p95(),
        latency.p99(),
        latency.max(),
        null);
  }
}
