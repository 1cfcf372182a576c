package dev.loadline.operator.plan;

/** Where the file of a workload comes from; it reaches the load runner as a read-only mount. */
public sealed interface DataFile {
  /** Path of the file below the load runner's data folder. */
  String path();

  /** A key of a ConfigMap in the run's namespace. */
  record ConfigMapKey(String name, String key) implements DataFile {
    @Override
    public String path() {
      return key;
    }
  }

  /** A file of a volume in the run's namespace. */
  record ClaimPath(String claimName, String path) implements DataFile {}
}
