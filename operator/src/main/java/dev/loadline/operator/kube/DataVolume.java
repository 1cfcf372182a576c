package dev.loadline.operator.kube;

import dev.loadline.operator.plan.DataFile;
import dev.loadline.runner.contract.Environment;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;

/** The volume that holds a workload's file: one key of a ConfigMap, or a claim, read-only. */
record DataVolume(DataFile file) {
  static final String NAME = "data";

  Volume volume() {
    return switch (file) {
      case DataFile.ConfigMapKey key ->
          new VolumeBuilder()
              .withName(NAME)
              .withNewConfigMap()
              .withName(key.name())
              .addNewItem()
              .withKey(key.key())
              .withPath(key.path())
              .endItem()
              .endConfigMap()
              .build();
      case DataFile.ClaimPath claim ->
          new VolumeBuilder()
              .withName(NAME)
              .withNewPersistentVolumeClaim(claim.claimName(), true)
              .build();
    };
  }

  /** Where the load runner looks for it. */
  static VolumeMount mount() {
    return new VolumeMountBuilder()
        .withName(NAME)
        .withMountPath(Environment.DATA_DEFAULT)
        .withReadOnly(true)
        .build();
  }
}
