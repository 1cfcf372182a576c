package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of a session's objects is worth keeping; Secrets never are. */
final class KeptObjects {
  private static final String OWN = Api.GROUP + "/" + Api.VERSION;
  private static final List<Map.Entry<String, String>> KINDS =
      List.of(
          Map.entry(OWN, Api.LOAD_TEST),
          Map.entry(OWN, Api.LOAD_TEST_RUN),
          Map.entry("batch/v1", "Job"),
          Map.entry("v1", "Pod"),
          Map.entry("v1", "Event"));

  private KeptObjects() {}

  /** All of them as one YAML list. */
  static String yaml(Resources resources) {
    List<ObjectNode> objects = new ArrayList<>();
    for (Map.Entry<String, String> kind : KINDS) {
      ResourceType type = resources.type(kind.getKey(), kind.getValue()).orElseThrow();
      for (ObjectNode object : resources.list(type, Optional.empty(), all -> true)) {
        object.withObject("/metadata").remove("managedFields");
        objects.add(object);
      }
    }
    return ObjectText.yaml(ObjectText.list(objects));
  }
}
