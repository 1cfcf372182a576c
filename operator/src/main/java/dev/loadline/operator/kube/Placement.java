package dev.loadline.operator.kube;

import dev.loadline.operator.api.RunnerSpec;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeAffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps runners off nodes with GPUs: those nodes are what is measured, and dear. The user's
 * affinity is kept; what is added here joins it.
 */
record Placement(List<String> gpuNodeLabels, Optional<RunnerSpec> spec) {
  private static final int STRONG = 100;

  Optional<Affinity> affinity() {
    Optional<Affinity> own = spec.map(RunnerSpec::affinity);
    String rule =
        spec.map(RunnerSpec::placement).map(RunnerSpec.PlacementSpec::gpuNodes).orElse("Avoid");
    if (rule.equals("Allow") || gpuNodeLabels.isEmpty()) {
      return own;
    }
    NodeAffinity node =
        own.map(Affinity::getNodeAffinity).orElseGet(() -> new NodeAffinityBuilder().build());
    return Optional.of(
        new AffinityBuilder(own.orElseGet(() -> new AffinityBuilder().build()))
            .withNodeAffinity(rule.equals("Forbid") ? required(node) : preferred(node))
            .build());
  }

  private List<NodeSelectorRequirement> noGpu() {
    return gpuNodeLabels.stream()
        .map(label ->
            new NodeSelectorRequirementBuilder()
                .withKey(label)
                .withOperator("DoesNotExist")
                .build())
        .toList();
  }

  private NodeAffinity preferred(NodeAffinity node) {
    return new NodeAffinityBuilder(node)
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(STRONG)
        .withNewPreference()
        .withMatchExpressions(noGpu())
        .endPreference()
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .build();
  }

  /** Terms are alternatives, so each of the user's must also hold without a GPU. */
  private NodeAffinity required(NodeAffinity node) {
    List<NodeSelectorTerm> terms = new ArrayList<>();
    if (node.getRequiredDuringSchedulingIgnoredDuringExecution() != null) {
      for (NodeSelectorTerm term :
          node.getRequiredDuringSchedulingIgnoredDuringExecution().getNodeSelectorTerms()) {
        terms.add(new NodeSelectorTermBuilder(term).addAllToMatchExpressions(noGpu()).build());
      }
    }
    if (terms.isEmpty()) {
      terms.add(new NodeSelectorTermBuilder().withMatchExpressions(noGpu()).build());
    }
    return new NodeAffinityBuilder(node)
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withNodeSelectorTerms(terms)
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .build();
  }
}
