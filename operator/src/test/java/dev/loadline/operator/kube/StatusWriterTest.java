package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void keepsTheTransitionTimeWhileTheStatusStaysTheSame() {
    JsonNode before =
        json(
            "{'conditions':[{'type':'Ready','status':'True','reason':'Manual',"
                + "'lastTransitionTime':'2026-01-01T00:00:00Z'}]}");
    ObjectNode intended =
        json(
            "{'conditions':[{'type':'Ready','status':'True','reason':'Scheduled',"
                + "'lastTransitionTime':'2026-02-02T00:00:00Z'}]}");
    assertThat(StatusWriter.merged(before, intended))
        .isEqualTo(
            json(
                "{'conditions':[{'type':'Ready','status':'True','reason':'Scheduled',"
                    + "'lastTransitionTime':'2026-01-01T00:00:00Z'}]}"));
  }

  @Test
  void takesTheNewTransitionTimeWhenTheStatusChanges() {
    JsonNode before =
        json(
            "{'conditions':[{'type':'Ready','status':'True',"
                + "'lastTransitionTime':'2026-01-01T00:00:00Z'}]}");
    ObjectNode intended =
        json(
            "{'conditions':[{'type':'Ready','status':'False',"
                + "'lastTransitionTime':'2026-02-02T00:00:00Z'}]}");
    assertThat(StatusWriter.merged(before, intended)).isEqualTo(intended);
  }

  @Test
  void cutsInstantsToSecondsAtEveryDepthAndLeavesOtherTextAlone() {
    ObjectNode intended =
        json(
            "{'nextTime':'in 5 minutes','startTime':'2026-02-02T00:00:00.123Z',"
                + "'attempts':[{'endTime':'2026-02-02T00:00:09.999Z'}]}");
    assertThat(StatusWriter.merged(NullNode.instance, intended))
        .isEqualTo(
            json(
                "{'nextTime':'in 5 minutes','startTime':'2026-02-02T00:00:00Z',"
                    + "'attempts':[{'endTime':'2026-02-02T00:00:09Z'}]}"));
  }

  @Test
  void changesNothingOfWhatIsIntended() {
    ObjectNode intended = json("{'startTime':'2026-02-02T00:00:00.123Z'}");
    ObjectNode copy = intended.deepCopy();
    StatusWriter.merged(NullNode.instance, intended);
    assertThat(intended).isEqualTo(copy);
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(text, broken);
    }
  }
}
