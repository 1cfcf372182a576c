package dev.loadline.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class StoredStatusTest {
  private static final String CREATED = "2026-01-02T03:04:05Z";

  private static ObjectNode status(String yaml) {
    return Serialization.unmarshal("---\n" + yaml, ObjectNode.class);
  }

  @Test
  void leavesTheDurationsThatRepeatTheSpecAsTheyAre() {
    ObjectNode status =
        status(
            "{limits: {runnerPodTime: 15s500ms},"
                + " workload: {turns: {count: 2, inputTokens: 8, thinkTime: 2s}}}");
    ObjectNode before = status.deepCopy();
    assertThat(new StoredStatus(CREATED).mend(status)).isEmpty();
    assertThat(status).isEqualTo(before);
  }

  @Test
  void takesTheObjectsCreationForAnInstantThatCannotBeRead() {
    ObjectNode status = status("{completionTime: yesterday, attempts: [{number: 1, endTime: 7}]}");
    assertThat(new StoredStatus(CREATED).mend(status))
        .extracting(Unreadable::field)
        .containsExactlyInAnyOrder("status.completionTime", "status.attempts[0].endTime");
    assertThat(status)
        .isEqualTo(
            status(
                "{completionTime: '"
                    + CREATED
                    + "', attempts: [{number: 1, endTime: '"
                    + CREATED
                    + "'}]}"));
  }

  @Test
  void forgetsWhatATestRemembersOfItsScheduleWhereThatCannotBeRead() {
    ObjectNode status =
        status("{nextScheduleTime: soon, lastScheduleTime: 7, scheduleInForceSince: always}");
    assertThat(new StoredStatus(CREATED).mend(status)).hasSize(3);
    assertThat(status).isEmpty();
  }
}
