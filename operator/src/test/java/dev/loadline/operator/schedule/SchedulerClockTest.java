package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.schedule.RunHistory.PastRun;
import dev.loadline.operator.schedule.RunHistory.Sight;
import dev.loadline.operator.schedule.RunTiming.Concurrency;
import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Replace;
import dev.loadline.operator.schedule.ScheduleDecision.Skip;
import dev.loadline.operator.schedule.ScheduleDecision.Start;
import dev.loadline.operator.schedule.ScheduleDecision.Trigger;
import dev.loadline.operator.schedule.ScheduleDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test's life of some days, drawn at random: the clock of the operator's node is set forward and
 * back by up to five hours, also before the creation; schedule, zone, jitter, deadline and
 * concurrency are edited; the test is suspended and resumed; runs end, are refused and are pruned;
 * the operator is away, or dies before it has written what it did. A memory of its own, which no
 * status can lose, says what must hold: each time of the schedule leads to one run or is missed
 * once, none is passed over, and the next is always the first to come. In other lives the clock is
 * set by up to forty days, alone or together with the API server's; then what a clock handled more
 * than a day ahead of the one that is right obliges nobody, but that no run is made twice.
 */
class SchedulerClockTest {
  private static final int LIVES = 40;
  private static final int EVENTS = 150;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void neitherSkipsNorDoublesWhateverBecomesOfClockAndTest(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int started = 0;
    int missed = 0;
    for (int life = 0; life < LIVES; life++) {
      Life test = new Life(random.split(), "seed " + seed + ", life " + life, false);
      for (int event = 0; event < EVENTS; event++) {
        test.live();
      }
      started += test.ran.size();
      missed += test.missed.size();
    }
    assertThat(started).isGreaterThan(500);
    assertThat(missed).isGreaterThan(500);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void goesOnAfterAClockThatWasWrongByDays(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int forgotten = 0;
    for (int life = 0; life < LIVES / 2; life++) {
      Life test = new Life(random.split(), "days, seed " + seed + ", life " + life, true);
      for (int event = 0; event < EVENTS; event++) {
        test.live();
      }
      forgotten += test.forgotten;
    }
    assertThat(forgotten).isGreaterThan(100);
  }

  /** The test, the node's clock and the API server, whose clock is another. */
  private static final class Life {
    private static final List<String> SCHEDULES =
        List.of(
            "*/10 * * * *", "0 * * * *", "7,23 */2 * * *", "30 2 * * *", "@every 17m", "@every 3h");
    private static final List<String> ZONES =
        List.of("Etc/UTC", "Europe/Berlin", "America/New_York");
    private static final List<Concurrency> CONCURRENCIES = List.of(Concurrency.values());
    private static final List<Duration> JITTERS =
        List.of(Duration.ZERO, Duration.ofMinutes(4), Duration.ofHours(1));
    private static final List<String> HOURS =
        List.of("0 * * * *", "0 */6 * * *", "0 2 * * *", "0 3 * * 1", "@every 3h");
    private static final Duration DAY = Duration.ofDays(1);

    private final SplittableRandom random;
    private final String which;
    private final String uid;
    private final boolean inDays;

    /** The operator looks so often, and no schedule has times that lie closer. */
    private final Duration heartbeat;

    private Duration apiServerAhead;
    private final Instant created;

    /** What the memory holds: never pruned, never lost. */
    final SortedSet<Instant> ran = new TreeSet<>();

    final SortedSet<Instant> missed = new TreeSet<>();
    private Instant nothingOwedUntil;

    /** The last that ran and that was missed; what a pass did that died is not known. */
    private Optional<Instant> lastRan = Optional.empty();

    private Optional<Instant> lastMissed = Optional.empty();

    /** Times that a wrong clock handled and that came back. */
    private int forgotten;

    /** Which schedule is followed, and since when its times count; none while suspended. */
    private Optional<String> followed = Optional.empty();

    private Instant followedSince;

    /** The same for the pass that is under way. */
    private Instant countsSince;

    private Instant now = Instant.parse("2026-10-22T23:17:41.3Z");
    private Instant watchingSince = now;
    private String expression = "0 * * * *";
    private ZoneId zone = ZoneId.of("Etc/UTC");
    private Duration jitter = Duration.ZERO;
    private Duration deadline = Duration.ofMinutes(10);
    private Concurrency concurrency = Concurrency.FORBID;
    private boolean suspended;
    private boolean edited;

    private RunHistory stored;
    private final List<PastRun> runs = new ArrayList<>();
    private boolean present = true;
    private boolean refuses;
    private boolean dies;
    private Optional<Instant> until = Optional.empty();

    Life(SplittableRandom random, String which, boolean inDays) {
      this.random = random;
      this.which = which;
      this.inDays = inDays;
      this.heartbeat = inDays ? Duration.ofHours(1) : Duration.ofMinutes(1);
      this.uid = "uid-" + random.nextLong();
      this.apiServerAhead = Duration.ofSeconds(random.nextInt(-100, 100));
      this.created = now.plus(apiServerAhead).truncatedTo(ChronoUnit.SECONDS);
      this.nothingOwedUntil = created;
      this.followedSince = created;
      this.stored = history(Sight.NEW, Optional.empty(), Optional.empty(), Optional.empty());
    }

    void live() {
      int what = random.nextInt(100);
      present |= random.nextInt(3) == 0;
      if (what < 50) {
        timePasses(Duration.ofSeconds(random.nextInt(1, inDays ? 2 * 86400 : 5400)));
      } else if (what < 60) {
        clockIsSet();
      } else if (what < 72) {
        runs.replaceAll(run -> run.active() ? ended(run) : run);
      } else if (what < 78) {
        runs.removeIf(run -> !run.active() && random.nextBoolean());
      } else if (what < 85) {
        edit();
      } else if (what < 90) {
        suspended = !suspended;
        edited = true;
      } else if (what < 94) {
        present = !present;
        watchingSince = now;
      } else if (what < 97) {
        refuses = !refuses;
      } else {
        dies = true;
        watchingSince = now;
      }
      if (present) {
        pass();
      }
    }

    private void clockIsSet() {
      if (!inDays || random.nextInt(4) == 0) {
        int seconds = random.nextInt(3) == 0 ? 90 : 5 * 3600;
        now = now.plusSeconds(random.nextInt(-seconds, seconds));
        return;
      }
      Duration step = Duration.ofSeconds(random.nextInt(86400, 40 * 86400));
      step = random.nextBoolean() ? step : step.negated();
      now = now.plus(step);
      if (random.nextBoolean()) {
        apiServerAhead = apiServerAhead.minus(step);
      }
    }

    private void edit() {
      edited = true;
      switch (random.nextInt(5)) {
        case 0 -> {
          List<String> any = inDays ? HOURS : SCHEDULES;
          expression = any.get(random.nextInt(any.size()));
        }
        case 1 -> zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        case 2 -> deadline = Duration.ofSeconds(random.nextInt(1, 7200));
        case 3 -> concurrency = CONCURRENCIES.get(random.nextInt(3));
        default -> jitter = JITTERS.get(random.nextInt(JITTERS.size()));
      }
    }

    private PastRun ended(PastRun run) {
      Instant end = now.plus(apiServerAhead);
      return new PastRun(
          run.name(), run.created(), Optional.of(end), run.toldToStop(), run.scheduledTime());
    }

    /** The operator looks when it said it would, and once a minute. */
    private void timePasses(Duration time) {
      Instant end = now.plus(time);
      while (now.isBefore(end)) {
        Instant look = now.plus(heartbeat);
        Instant wake = until.filter(now::isBefore).filter(look::isAfter).orElse(look);
        now = present && wake.isBefore(end) ? wake : end;
        if (random.nextInt(5) == 0) {
          runs.replaceAll(run -> run.active() ? ended(run) : run);
        }
        if (present) {
          pass();
        }
      }
    }

    private Recurrence recurrence() {
      return new Recurrence(
          CronScheduleTest.valid(expression), zone, ScheduleJitter.offset(jitter, uid));
    }

    private RunHistory history(
        Sight sight, Optional<Occurrence> next, Optional<Instant> last, Optional<Instant> lost) {
      return new RunHistory(
          "t",
          uid,
          created,
          sight,
          stored == null ? Optional.empty() : stored.inForce(),
          next,
          last,
          lost,
          Optional.empty(),
          watchingSince,
          runs);
    }

    /** One pass over the test, as the reconciler does it; then what must hold is checked. */
    private void pass() {
      watchingSince = watchingSince.isBefore(now) ? watchingSince : now;
      Recurrence recurrence = recurrence();
      Sight sight = edited && stored.sight() == Sight.FOLLOWED ? Sight.EDITED : stored.sight();
      RunTiming timing =
          new RunTiming(
              Optional.of(recurrence), deadline, concurrency, suspended, Optional.empty());
      RunHistory history =
          history(sight, stored.next(), stored.lastScheduleTime(), stored.lastMissedTime())
              .following(timing, now);
      Optional<Instant> ranBefore = lastRan;
      Optional<Instant> missedBefore = lastMissed;
      recall();
      countsSince = countsSince();
      Optional<Occurrence> owed = owed(recurrence);
      until = Optional.empty();
      boolean atRest = false;
      int most = 2 * runs.size() + 5;
      for (int decisions = 1; !atRest; decisions++) {
        assertThat(decisions).as("%s: decides without end", this).isLessThan(most);
        ScheduleDecision decision = Scheduler.decide(timing, history, now);
        boolean refused = refuses && decision instanceof Start start && !exists(start.name());
        atRest = refused || decision instanceof Wait || decision instanceof Replace;
        switch (decision) {
          case Start start when refused ->
              assertThat(start.trigger()).isInstanceOf(Trigger.Clock.class);
          case Start start -> started(start, recurrence);
          case Skip skip -> skipped(skip, owed.orElseThrow(), recurrence);
          case Replace replace -> stop(replace);
          case Wait wait -> until = wait.until();
        }
        history = refused ? history.without((Start) decision) : history.after(decision);
        owed = history.next();
      }
      nextIsRight(history.next(), recurrence);
      nothingIsPassedOver(history.next(), owed(recurrence), recurrence);
      if (dies) {
        lastRan = ranBefore;
        lastMissed = missedBefore;
      } else {
        remember(history);
      }
      dies = false;
    }

    /**
     * What was handled more than a day ahead was handled by a wrong clock. Once it is set right, it
     * obliges nobody any more.
     */
    private void recall() {
      int before = ran.size() + missed.size();
      boolean wrong =
          Stream.of(lastRan, lastMissed).flatMap(Optional::stream).anyMatch(this::isFarAhead);
      lastRan = lastRan.filter(time -> !isFarAhead(time));
      lastMissed = lastMissed.filter(time -> !isFarAhead(time));
      for (PastRun run : runs) {
        Instant minute = run.scheduledTime().orElseThrow();
        if (!run.created().isAfter(now) && !minute.isAfter(run.created().plus(DAY))) {
          ran(minute);
        }
      }
      Instant handled = handled();
      for (SortedSet<Instant> times : List.of(ran, missed)) {
        times.removeIf(time -> isFarAhead(time) || (wrong && time.isAfter(handled)));
      }
      forgotten += before - ran.size() - missed.size();
    }

    private boolean isFarAhead(Instant time) {
      return time.isAfter(now.plus(DAY));
    }

    private void ran(Instant minute) {
      lastRan = Optional.of(lastRan.filter(minute::isBefore).orElse(minute));
    }

    /** A schedule or zone that the last written pass did not follow counts from now. */
    private Instant countsSince() {
      if (followed.isEmpty() && stored.sight() != Sight.NEW) {
        return now;
      }
      if (followed.isEmpty()) {
        return created.isAfter(now) ? now : created;
      }
      boolean same = followed.get().equals(expression + zone);
      return same && followedSince.isBefore(now) ? followedSince : now;
    }

    private void remember(RunHistory history) {
      followed = suspended ? Optional.empty() : Optional.of(expression + zone);
      followedSince = countsSince;
      if (suspended) {
        nothingOwedUntil = now;
      } else if (owed(recurrence()).isEmpty() && stored.sight() != Sight.NEW) {
        nothingOwedUntil = now;
      }
      if (now.isBefore(nothingOwedUntil) && !nothingOwedUntil.equals(created)) {
        nothingOwedUntil = now;
      }
      edited = false;
      stored = history;
    }

    private boolean hasRun(Instant minute) {
      return exists(RunNames.ofMinute("t", minute));
    }

    private boolean exists(String name) {
      return runs.stream().anyMatch(run -> run.name().equals(name));
    }

    private void stop(Replace replace) {
      runs.replaceAll(run ->
          replace.runs().contains(run.name())
              ? new PastRun(run.name(), run.created(), run.ended(), true, run.scheduledTime())
              : run);
    }

    /**
     * The earliest that the last written status, or the creation, makes the operator answer for.
     */
    private Optional<Occurrence> owed(Recurrence recurrence) {
      if (suspended) {
        return Optional.empty();
      }
      if (stored.sight() == Sight.NEW) {
        return firstByLooking(recurrence, created, handled());
      }
      return stored.next().filter(next -> named(recurrence, next.scheduledTime()));
    }

    private void started(Start start, Recurrence recurrence) {
      Instant time = start.scheduledTime();
      String name = start.name();
      assertThat(named(recurrence, time)).as("%s: %s is named", this, time).isTrue();
      assertThat(missed).as("%s: starts what was missed", this).doesNotContain(time);
      ran(time);
      if (exists(name)) {
        ran.add(time);
        return;
      }
      Instant due = ((Trigger.Clock) start.trigger()).due();
      assertThat(ran).as("%s: starts twice", this).doesNotContain(time);
      assertThat(due).as("%s: starts early", this).isBeforeOrEqualTo(now);
      assertThat(due).as("%s: due when nothing counted", this).isAfter(nothingOwedUntil);
      if (concurrency != Concurrency.ALLOW) {
        assertThat(runs).as("%s: beside another", this).noneMatch(PastRun::active);
      }
      ran.add(time);
      runs.add(
          new PastRun(
              name,
              now.plus(apiServerAhead).truncatedTo(ChronoUnit.SECONDS),
              Optional.empty(),
              false,
              Optional.of(time)));
    }

    /** All that the schedule names from the first that was owed on, but what has its run. */
    private void skipped(Skip skip, Occurrence owed, Recurrence recurrence) {
      assertThat(suspended).as("%s: misses while suspended", this).isFalse();
      SortedSet<Instant> times = new TreeSet<>();
      for (Instant time = owed.scheduledTime();
          !time.isAfter(skip.last());
          time = next(recurrence, time)) {
        if (!hasRun(time)) {
          times.add(time);
        }
      }
      assertThat(skip.count()).as("%s: counts %s", this, skip).isEqualTo(times.size());
      assertThat(ran).as("%s: misses what ran", this).doesNotContainAnyElementsOf(times);
      if (!dies) {
        assertThat(missed).as("%s: misses twice", this).doesNotContainAnyElementsOf(times);
        missed.addAll(times);
      }
      Instant last = skip.last();
      lastMissed = Optional.of(last);
      boolean superseded =
          !next(recurrence, last).plus(recurrence.offset()).isAfter(now)
              || skip.next().filter(next -> !next.due().isAfter(now)).isPresent();
      boolean waited = last.equals(owed.scheduledTime()) && !owed.due().isAfter(now);
      Instant due = waited ? owed.due() : last.plus(recurrence.offset());
      if (!superseded) {
        assertThat(now).as("%s: gives up too early", this).isAfter(due.plus(deadline));
      }
    }

    private Instant handled() {
      return Stream.of(lastRan, lastMissed)
          .flatMap(Optional::stream)
          .max(Comparator.naturalOrder())
          .orElse(Instant.MIN);
    }

    private void nextIsRight(Optional<Occurrence> next, Recurrence recurrence) {
      if (suspended) {
        assertThat(next).as("%s: next while suspended", this).isEmpty();
        return;
      }
      Occurrence first = next.orElseThrow();
      assertThat(ran).as("%s: next ran", this).doesNotContain(first.scheduledTime());
      assertThat(missed).as("%s: next was missed", this).doesNotContain(first.scheduledTime());
      assertThat(hasRun(first.scheduledTime())).as("%s: next has its run", this).isFalse();
      if (!first.due().isAfter(now)) {
        boolean blocked =
            concurrency != Concurrency.ALLOW && runs.stream().anyMatch(PastRun::active);
        assertThat(blocked || refuses).as("%s: waits for nothing: %s", this, first).isTrue();
      } else if (recurrence.isDistance()) {
        Duration distance = ((EveryInterval) recurrence.schedule()).interval();
        Instant from = handled().isAfter(now) ? handled() : now.isAfter(created) ? now : created;
        Instant latest = from.plus(distance);
        while (hasRun(latest)) {
          latest = latest.plus(distance);
        }
        assertThat(first.scheduledTime())
            .as("%s: next", this)
            .isAfter(handled())
            .isBeforeOrEqualTo(latest);
      } else {
        assertThat(next)
            .as("%s: next", this)
            .isEqualTo(withoutRun(recurrence, now.isAfter(created) ? now : created));
      }
    }

    /** From the first that was owed on, all that has come ran, was missed or waits. */
    private void nothingIsPassedOver(
        Optional<Occurrence> next, Optional<Occurrence> owed, Recurrence recurrence) {
      if (owed.isEmpty()) {
        return;
      }
      Instant first = owed.get().scheduledTime();
      for (Instant time = first;
          !time.plus(recurrence.offset()).isAfter(now)
              || (time.equals(first) && !owed.get().due().isAfter(now));
          time = next(recurrence, time)) {
        boolean waits = !next.orElseThrow().scheduledTime().isAfter(time);
        boolean lostWithTheOperator = dies && !ran.contains(time);
        boolean accounted = ran.contains(time) || missed.contains(time) || hasRun(time);
        assertThat(waits || accounted || lostWithTheOperator)
            .as("%s: %s is passed over", this, time)
            .isTrue();
      }
    }

    /** The first that is named after this one and due after the schedule was first seen. */
    private Instant next(Recurrence recurrence, Instant time) {
      if (recurrence.isDistance()) {
        Instant since = countsSince.truncatedTo(ChronoUnit.SECONDS);
        return following(recurrence, since.isAfter(time) ? since : time);
      }
      Instant next = following(recurrence, time);
      while (!next.plus(recurrence.offset()).isAfter(countsSince)) {
        next = following(recurrence, next);
      }
      return next;
    }

    private Instant following(Recurrence recurrence, Instant time) {
      if (recurrence.schedule() instanceof EveryInterval every) {
        return time.plus(every.interval());
      }
      Instant minute =
          time.truncatedTo(inDays ? ChronoUnit.HOURS : ChronoUnit.MINUTES).plus(heartbeat);
      while (!named(recurrence, minute)) {
        minute = minute.plus(heartbeat);
      }
      return minute;
    }

    private Optional<Occurrence> withoutRun(Recurrence recurrence, Instant after) {
      Optional<Occurrence> first = firstByLooking(recurrence, after, handled());
      while (hasRun(first.orElseThrow().scheduledTime())) {
        first = firstByLooking(recurrence, after, first.get().scheduledTime());
      }
      return first;
    }

    private Optional<Occurrence> firstByLooking(
        Recurrence recurrence, Instant after, Instant handled) {
      Instant from = recurrence.isDistance() ? after : after.minus(recurrence.offset());
      Instant time = following(recurrence, handled.isAfter(from) ? handled : from);
      return Optional.of(
          new Occurrence(
              time.truncatedTo(ChronoUnit.SECONDS),
              time.truncatedTo(ChronoUnit.SECONDS).plus(recurrence.offset())));
    }

    /** By its fields, not by the walk from one time to the next. */
    private static boolean named(Recurrence recurrence, Instant time) {
      if (recurrence.schedule() instanceof CronFields fields) {
        LocalDateTime local = LocalDateTime.ofInstant(time, recurrence.zone());
        return local.getSecond() == 0
            && fields.monthMatches(local)
            && fields.dayMatches(local)
            && fields.hourMatches(local)
            && fields.minuteMatches(local);
      }
      return true;
    }

    @Override
    public String toString() {
      return which
          + " at "
          + now
          + ", \""
          + expression
          + "\" in "
          + zone
          + ", jitter "
          + jitter
          + (suspended ? ", suspended" : "")
          + ", "
          + concurrency;
    }
  }
}
