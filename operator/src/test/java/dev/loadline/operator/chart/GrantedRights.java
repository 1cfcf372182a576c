package dev.loadline.operator.chart;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the chart lets the operator do: the rules of the roles that are bound to its account. */
public final class GrantedRights {
  private GrantedRights() {}

  /**
   * One verb on one resource.
   *
   * @param group empty for Kubernetes' first one
   * @param resource plural, with the subresource after a slash
   */
  public record Right(String group, String resource, String verb) implements Comparable<Right> {
    /** The resource as people write it. */
    public String shown() {
      return group.isEmpty() ? resource : group + "/" + resource;
    }

    @Override
    public int compareTo(Right other) {
      return (shown() + " " + verb).compareTo(other.shown() + " " + other.verb);
    }
  }

  /** All of them, with these values. */
  public static SortedSet<Right> of(Map<String, Object> values) {
    List<HasMetadata> manifests = Chart.render(values);
    String account =
        Chart.one(Deployment.class, manifests)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getServiceAccountName();
    Stream<PolicyRule> ofNamespaces =
        Chart.all(RoleBinding.class, manifests).stream()
            .filter(binding -> names(binding.getSubjects(), account))
            .flatMap(binding ->
                Chart.all(Role.class, manifests).stream()
                    .filter(role -> isOf(binding.getRoleRef(), "Role", role))
                    .filter(role -> sameNamespace(role, binding))
                    .flatMap(role -> role.getRules().stream()));
    Stream<PolicyRule> ofTheCluster =
        Chart.all(ClusterRoleBinding.class, manifests).stream()
            .filter(binding -> names(binding.getSubjects(), account))
            .flatMap(binding ->
                Chart.all(ClusterRole.class, manifests).stream()
                    .filter(role -> isOf(binding.getRoleRef(), "ClusterRole", role))
                    .flatMap(role -> role.getRules().stream()));
    SortedSet<Right> rights = new TreeSet<>();
    Stream.concat(ofNamespaces, ofTheCluster).forEach(rule -> expand(rule, rights));
    return rights;
  }

  private static boolean names(List<Subject> subjects, String account) {
    return subjects.stream()
        .anyMatch(is -> is.getKind().equals("ServiceAccount") && is.getName().equals(account));
  }

  private static boolean isOf(RoleRef reference, String kind, HasMetadata role) {
    return reference.getKind().equals(kind)
        && reference.getName().equals(role.getMetadata().getName());
  }

  private static boolean sameNamespace(HasMetadata one, HasMetadata other) {
    return one.getMetadata().getNamespace().equals(other.getMetadata().getNamespace());
  }

  private static void expand(PolicyRule rule, SortedSet<Right> rights) {
    for (String group : rule.getApiGroups()) {
      for (String resource : rule.getResources()) {
        rule.getVerbs().forEach(verb -> rights.add(new Right(group, resource, verb)));
      }
    }
  }
}
