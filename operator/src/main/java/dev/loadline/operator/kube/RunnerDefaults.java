package dev.loadline.operator.kube;

import java.util.List;

/**
 * What a runner pod gets where the test says nothing.
 *
 * @param image image of the load runner
 * @param imagePullPolicy when it is pulled
 * @param imagePullSecrets names of Secrets to pull it with
 * @param gpuNodeLabels labels that nodes with GPUs carry
 */
public record RunnerDefaults(
    String image,
    String imagePullPolicy,
    List<String> imagePullSecrets,
    List<String> gpuNodeLabels) {
  /** Copies the lists. */
  public RunnerDefaults {
    imagePullSecrets = List.copyOf(imagePullSecrets);
    gpuNodeLabels = List.copyOf(gpuNodeLabels);
  }
}
