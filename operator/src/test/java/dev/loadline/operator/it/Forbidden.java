package dev.loadline.operator.it;

import java.util.List;
import java.util.stream.Stream;

/**
 * A request that the operator must never be allowed to make.
 *
 * @param path with {@code NS} for a namespace
 */
record Forbidden(String method, String path) {
  private static final String CORE = "/api/v1/namespaces/NS/";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";

  static List<Forbidden> all() {
    return Stream.of(
            of("secrets", "GET", "POST"),
            of("secrets/a", "GET", "PUT", "PATCH", "DELETE"),
            of("secrets?watch=1&timeoutSeconds=1", "GET"),
            of("configmaps", "GET", "POST"),
            of("configmaps/a", "GET", "PATCH", "DELETE"),
            of("pods", "POST", "DELETE"),
            of("pods/a", "PUT", "PATCH", "DELETE"),
            of("pods/a/exec?command=a", "GET", "POST"),
            of("pods/a/attach", "POST"),
            of("pods/a/portforward", "POST"),
            of("pods/a/proxy/", "GET"),
            of("pods/a/log", "GET"),
            of("pods/a/ephemeralcontainers", "PATCH"),
            of("pods/a/eviction", "POST"),
            of("pods/a/binding", "POST"),
            of("services/a/proxy/", "GET"),
            of("serviceaccounts", "GET", "POST"),
            of("serviceaccounts/default/token", "POST"),
            of("events/a", "PATCH", "DELETE"),
            Stream.of(
                new Forbidden("GET", "/api/v1/secrets"),
                new Forbidden("GET", "/api/v1/configmaps"),
                new Forbidden("GET", "/api/v1/nodes"),
                new Forbidden("GET", "/api/v1/nodes/a"),
                new Forbidden("GET", "/api/v1/nodes/a/proxy/"),
                new Forbidden("GET", "/api/v1/namespaces"),
                new Forbidden("POST", "/api/v1/namespaces"),
                new Forbidden("POST", RBAC + "clusterroles"),
                new Forbidden("PATCH", RBAC + "clusterroles/cluster-admin"),
                new Forbidden("POST", RBAC + "clusterrolebindings"),
                new Forbidden("GET", RBAC + "clusterroles"),
                new Forbidden("POST", RBAC + "namespaces/NS/roles"),
                new Forbidden("PATCH", RBAC + "namespaces/NS/roles/a"),
                new Forbidden("POST", RBAC + "namespaces/NS/rolebindings"),
                new Forbidden("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"),
                new Forbidden("GET", "/apis/apps/v1/namespaces/NS/deployments"),
                new Forbidden("PATCH", "/apis/apps/v1/namespaces/NS/deployments/a"),
                new Forbidden("PATCH", "/apis/batch/v1/namespaces/NS/jobs/a"),
                new Forbidden("PUT", "/apis/batch/v1/namespaces/NS/jobs/a"),
                new Forbidden("POST", "/apis/batch/v1/namespaces/NS/cronjobs"),
                new Forbidden("POST", "/apis/loadline.dev/v1alpha1/namespaces/NS/loadtests"),
                new Forbidden("PATCH", "/apis/loadline.dev/v1alpha1/namespaces/NS/loadtests/a"),
                new Forbidden("DELETE", "/apis/loadline.dev/v1alpha1/namespaces/NS/loadtests/a"),
                new Forbidden("GET", "/apis/coordination.k8s.io/v1/namespaces/NS/leases"),
                new Forbidden("DELETE", "/apis/coordination.k8s.io/v1/namespaces/NS/leases/a")))
        .flatMap(is -> is)
        .toList();
  }

  private static Stream<Forbidden> of(String path, String... methods) {
    return Stream.of(methods).map(method -> new Forbidden(method, CORE + path));
  }
}
