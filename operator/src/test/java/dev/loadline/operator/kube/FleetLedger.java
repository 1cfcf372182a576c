package dev.loadline.operator.kube;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a test's status and runs have to be after each hour, kept by hand: the model that a {@link
 * Fleet} is compared with. It knows nothing of the operator's own reckoning.
 */
final class FleetLedger {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyyMMddHHmm").withZone(ZoneOffset.UTC);

  /** When an operator is there for a due time. */
  enum Presence {
    /** From before it. */
    BEFORE,
    /** From two minutes after it. */
    LATE,
    /** Only when the starting deadline has passed. */
    TOO_LATE,
    /** From before it, but it cannot reach the API server until the deadline has passed. */
    CUT_OFF;

    /** Whether what is due can be started in time. */
    boolean inTime() {
      return this == BEFORE || this == LATE;
    }
  }

  /**
   * A run.
   *
   * @param end phase and verdict; empty while it is active
   * @param attempts outcome of each attempt; of one that goes on empty
   */
  record Run(String name, Instant due, Optional<String> end, List<String> attempts) {
    boolean active() {
      return end.isEmpty();
    }
  }

  final FleetStory story;
  long missed;
  Optional<String> missedReason = Optional.empty();
  Optional<Instant> missedTime = Optional.empty();
  Optional<Instant> last = Optional.empty();
  Optional<Instant> next = Optional.empty();
  Optional<String> token = Optional.empty();
  Optional<Run> lastRun = Optional.empty();
  private Optional<Instant> blocked = Optional.empty();
  private final List<Run> runs = new ArrayList<>();

  FleetLedger(FleetStory story) {
    this.story = story;
  }

  /** Runs that exist, oldest first. */
  List<Run> runs() {
    return List.copyOf(runs);
  }

  List<String> active() {
    return runs.stream().filter(Run::active).map(Run::name).toList();
  }

  /** Nothing was due yet. */
  void begins(Instant firstDue) {
    next = story.scheduled() ? Optional.of(firstDue) : Optional.empty();
  }

  /** Whether older runs of this story end in the hour that comes next. */
  boolean olderEnd(Presence presence) {
    return switch (story) {
      case WAITING, ASIDE, HALTED -> presence.inTime();
      case BLOCKED -> presence.inTime() && blocked.isPresent();
      default -> false;
    };
  }

  /** An hour passes; gives the run that it starts. */
  Optional<Run> hour(Instant due, Presence presence) {
    if (story == FleetStory.FORGOTTEN) {
      runs.clear();
    }
    Instant following = due.plus(Duration.ofHours(1));
    Optional<Run> started =
        story == FleetStory.ASKED
            ? Optional.of(asked(due))
            : presence.inTime() ? due(due, following) : tooLate(due, following, presence);
    started.ifPresent(this::goes);
    prune(true, limit("successfulRunsHistoryLimit"));
    prune(false, limit("failedRunsHistoryLimit"));
    return started;
  }

  private Run asked(Instant due) {
    token = Optional.of(token(due));
    return add(new Run(named(token(due)), due, Optional.empty(), List.of("")));
  }

  static String token(Instant due) {
    return "t" + MINUTE.format(due);
  }

  private String named(String text) {
    return FleetHash.name(story.test(), text);
  }

  private Optional<Run> tooLate(Instant due, Instant following, Presence presence) {
    blocked.ifPresent(earlier -> misses(earlier, "Concurrency"));
    blocked = Optional.empty();
    boolean busy =
        (story == FleetStory.WAITING || story == FleetStory.BLOCKED) && !active().isEmpty();
    String absence = presence == Presence.TOO_LATE ? "OperatorDown" : "DeadlineExceeded";
    misses(due, busy ? "Concurrency" : absence);
    next = Optional.of(following);
    return Optional.empty();
  }

  private Optional<Run> due(Instant due, Instant following) {
    if (story == FleetStory.BLOCKED && blocked.isEmpty() && !active().isEmpty()) {
      blocked = Optional.of(due);
      next = Optional.of(due);
      return Optional.empty();
    }
    blocked.ifPresent(earlier -> misses(earlier, "Concurrency"));
    blocked = Optional.empty();
    if (story == FleetStory.REPLACED || story == FleetStory.HALTED) {
      ends("Stopped Invalid", "Stopped");
    } else {
      ends("Completed Pass", "Measured");
    }
    last = Optional.of(due);
    next = Optional.of(following);
    String name = story.test() + "-" + MINUTE.format(due);
    return Optional.of(add(new Run(name, due, Optional.empty(), List.of(""))));
  }

  private Run add(Run run) {
    runs.add(run);
    return run;
  }

  private void misses(Instant due, String reason) {
    missed++;
    missedReason = Optional.of(reason);
    missedTime = Optional.of(due);
  }

  private void ends(String end, String... attempts) {
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      if (run.active()) {
        runs.set(i, new Run(run.name(), run.due(), Optional.of(end), List.of(attempts)));
        lastRun = Optional.of(runs.get(i));
      }
    }
  }

  /** How far the new run gets within its hour. */
  private void goes(Run run) {
    switch (story) {
      case PLAIN, KEPT, FORGOTTEN, ASKED -> ends("Completed Pass", "Measured");
      case RETRIED -> ends("Completed Pass", "RunnerDisrupted", "Measured");
      case UNREACHABLE -> ends("Completed Pass", "TargetUnreachable", "Measured");
      case FAILED -> ends("Failed None", "InvalidSpec");
      case LOST -> ends("Failed Invalid", "RunnerLost");
      case STOPPED -> ends("Stopped Invalid", "Stopped");
      case REPLACED, HALTED, WAITING, BLOCKED, ASIDE -> {}
      case DELETED -> {
        runs.clear();
        missed = 0;
        missedReason = Optional.empty();
        missedTime = Optional.empty();
        last = Optional.empty();
      }
    }
  }

  private int limit(String field) {
    return Pattern.compile(field + ": (\\d+)")
        .matcher(story.yaml("t"))
        .results()
        .findFirst()
        .map(found -> Integer.parseInt(found.group(1)))
        .orElse(field.startsWith("success") ? 10 : 5);
  }

  private void prune(boolean measured, int limit) {
    List<Run> finished =
        runs.stream()
            .filter(run -> !run.active())
            .filter(run -> run.end().orElseThrow().startsWith("Completed") == measured)
            .toList();
    runs.removeAll(finished.subList(0, Math.max(0, finished.size() - limit)));
  }

  /** Names of the Jobs that are there. */
  List<String> jobs() {
    return runs.stream().filter(this::keepsJob).map(run -> job(run.name(), run)).sorted().toList();
  }

  private boolean keepsJob(Run run) {
    return run.active() || story == FleetStory.KEPT || run.end().orElseThrow().startsWith("Failed");
  }

  private static String job(String name, Run run) {
    return name + "-a" + run.attempts().size();
  }
}
