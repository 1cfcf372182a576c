package dev.loadline.operator.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The chart of this repository, rendered by Helm in this process. */
public final class Chart {
  /** Where it lies, seen from the operator's module. */
  public static final Path FOLDER = Path.of("../helm/loadline");

  public static final String NAMESPACE = "loadline-system";

  private static final String KUBERNETES = "1.35.0";

  private Chart() {}

  /** All manifests as text. */
  static String text(Map<String, Object> values) {
    return text("loadline", values);
  }

  private static String text(String release, Map<String, Object> values) {
    TemplateCommand command =
        new Helm(FOLDER)
            .template()
            .withName(release)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES);
    values.forEach(command::set);
    return command.call();
  }

  /** All manifests as objects. */
  public static List<HasMetadata> render(Map<String, Object> values) {
    return objects(text(values));
  }

  /** All manifests of a release of this name, with the default values. */
  static List<HasMetadata> render(String release) {
    return objects(text(release, Map.of()));
  }

  private static List<HasMetadata> objects(String text) {
    KubernetesSerialization reader = new KubernetesSerialization();
    return Arrays.stream(text.split("(?m)^---\\s*$", -1))
        .filter(document -> document.lines().anyMatch(line -> line.startsWith("kind:")))
        .map(document -> (HasMetadata) reader.unmarshal(document))
        .toList();
  }

  /** The only object of this type. */
  public static <T extends HasMetadata> T one(Class<T> type, List<HasMetadata> manifests) {
    List<T> found = all(type, manifests);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects of type " + type.getSimpleName());
    }
    return found.getFirst();
  }

  /** Every object of this type. */
  static <T extends HasMetadata> List<T> all(Class<T> type, List<HasMetadata> manifests) {
    return manifests.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
