package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.kube.FleetLedger.Presence;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Operators that die, one right before its first write, the next right after it, and so on, so that
 * each write of an hour is died with in either way: no run lost, none double, every status true.
 * The long form is {@link CrashMatrix}.
 */
class CrashApiTest {
  @Test
  void losesAndDoublesNothingWhoeverDiesWithWhicheverWrite() {
    try (Fleet fleet = new Fleet(EnumSet.of(FleetStory.RETRIED, FleetStory.REPLACED))) {
      fleet.hour(Presence.BEFORE, new Fleet.Disturbance() {});
      Deaths deaths = new Deaths(fleet, Deaths.withEach());
      Fleet.Outcome outcome = fleet.hour(Presence.LATE, deaths);
      assertThat(outcome.lost()).as("lost").isEmpty();
      assertThat(outcome.twice()).as("double").isEmpty();
      assertThat(outcome.wrong()).as("wrong in the statuses").isEmpty();
      assertThat(deaths.deaths()).hasSizeGreaterThan(40);
    }
  }

  /** The first absence is longer than the startup deadline, the second than the active one too. */
  @ParameterizedTest
  @CsvSource({"PLAIN, 1", "RETRIED, 2"})
  void countsWhatARunnerDidThatNobodyRecordedAndNobodyCameFor(FleetStory story, int attempt) {
    try (Fleet fleet = new Fleet(EnumSet.of(story))) {
      for (Duration absence : Deaths.LONG_ABSENCES) {
        Deaths deaths = new Deaths(fleet, Deaths.withJobOf(attempt), absence);
        Fleet.Outcome outcome = fleet.hour(Presence.BEFORE, deaths);
        assertThat(outcome.sound()).as("%s %s", absence, outcome).isTrue();
        assertThat(deaths.deaths()).hasSize(1);
      }
    }
  }
}
