package dev.loadline.operator.plan;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload.Content;
import java.util.Optional;

/**
 * What is sent.
 *
 * @param sent what the load runner is told of it
 * @param file where its file comes from; empty for prompts that are made up
 * @param preset the preset that it stands for; empty if it was spelled out
 */
public record Workload(
    dev.loadline.runner.contract.Workload sent, Optional<DataFile> file, Optional<Preset> preset) {

  /** Where the user names its file, for messages: field and object, up to the file's own name. */
  public Optional<String> source() {
    String field = sent.content() instanceof Content.Trace ? "trace" : "dataset";
    return file.map(from ->
        "spec.workload."
            + field
            + switch (from) {
              case DataFile.ConfigMapKey key -> ": ConfigMap " + key.name() + ", key ";
              case DataFile.ClaimPath claim ->
                  ": PersistentVolumeClaim " + claim.claimName() + ", file ";
            });
  }

  /** Whether there are conversations with a pause between their turns. */
  boolean turnsPause() {
    return sent.turns()
        .filter(turns -> !turns.thinkTimeMillis().equals(new Distribution.Fixed(0)))
        .isPresent();
  }
}
