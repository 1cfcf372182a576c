package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.ClientCertificate;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.http.TlsSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a run needs, read from the environment once.
 *
 * @param plan the plan, checked
 * @param endpoint the target with the secret header values that the plan names
 * @param clientWarmup how long the client warms itself up
 * @param data where the workload's files lie
 */
record RunnerSettings(RunPlan plan, Endpoint endpoint, Duration clientWarmup, DataFolder data) {
  private static final String DEFAULT_WARMUP_MILLIS = "10000";
  private static final String AUTHORIZATION = "Authorization";

  /** What reading gave. */
  sealed interface Reading {
    /** Everything is there. */
    record Usable(RunnerSettings settings) implements Reading {}

    /** Something is missing or makes no sense: all of it, each a sentence for the user. */
    record Unusable(List<String> problems) implements Reading {}
  }

  /** Reads plan and secrets. */
  static Reading read(Map<String, String> environment) {
    RunPlan plan;
    try {
      plan = PlanReader.read(environment);
    } catch (PlanReader.UnusableException e) {
      return new Reading.Unusable(List.of(e.getMessage()));
    }
    List<String> problems = new ArrayList<>(PlanCheck.problems(plan));
    Map<String, String> headers = headers(plan.target(), environment, problems);
    Optional<TlsSettings> tls = tls(plan.target(), environment, problems);
    Optional<Endpoint> endpoint =
        endpoint(plan.target(), headers, tls.orElse(TlsSettings.VERIFIED), problems);
    Duration clientWarmup = clientWarmup(environment, problems);
    DataFolder data = DataFolder.read(environment, problems);
    return problems.isEmpty() && endpoint.isPresent()
        ? new Reading.Usable(new RunnerSettings(plan, endpoint.get(), clientWarmup, data))
        : new Reading.Unusable(List.copyOf(problems));
  }

  private static Map<String, String> headers(
      RunPlan.Target target, Map<String, String> environment, List<String> problems) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    target
        .apiKeyVariable()
        .ifPresent(variable ->
            secret(environment, variable, "the target's API key", problems)
                .ifPresent(key -> headers.put(AUTHORIZATION, "Bearer " + key)));
    for (RunPlan.Header header : target.headers()) {
      Optional<String> value =
          secret(environment, header.variable(), "the value of header " + header.name(), problems);
      if (value.isPresent() && headers.put(header.name(), value.get()) != null) {
        problems.add("Header " + header.name() + " would be sent with two values.");
      }
    }
    return headers;
  }

  /** White space around a secret comes from the file it was made of. */
  private static Optional<String> secret(
      Map<String, String> environment, String variable, String what, List<String> problems) {
    Optional<String> secret = value(environment, variable);
    if (secret.isEmpty()) {
      problems.add(
          "The environment variable %s, which should hold %s, is not set or empty."
              .formatted(variable, what));
    }
    return secret;
  }

  /** The key, and what of the headers comes from Secrets; each is in the environment. */
  private static List<String> secrets(RunPlan.Target target, Map<String, String> headers) {
    Stream<String> key = target.apiKeyVariable().map(_ -> AUTHORIZATION).stream();
    Stream<String> others =
        target.headers().stream().filter(header -> !header.open()).map(RunPlan.Header::name);
    return Stream.concat(key, others).map(name -> headers.getOrDefault(name, "")).toList();
  }

  private static Optional<TlsSettings> tls(
      RunPlan.Target target, Map<String, String> environment, List<String> problems) {
    try {
      Optional<ClientCertificate> own =
          target
              .clientCertificate()
              .flatMap(names -> clientCertificate(names, environment, problems));
      return Optional.of(
          new TlsSettings(
              target.insecureSkipVerify(), target.caBundle(), target.serverName(), own));
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<ClientCertificate> clientCertificate(
      RunPlan.ClientCertificate names, Map<String, String> environment, List<String> problems) {
    Optional<String> certificate =
        secret(environment, names.certificateVariable(), "the client's certificate", problems);
    Optional<String> key =
        secret(environment, names.keyVariable(), "the key of the client's certificate", problems);
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(ClientCertificate.of(certificate.get(), key.get()))
        : Optional.empty();
  }

  private static Optional<Endpoint> endpoint(
      RunPlan.Target target, Map<String, String> headers, TlsSettings tls, List<String> problems) {
    Optional<Api> api = Api.named(target.api());
    if (api.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Endpoint.of(target.url(), api.get(), headers, tls, Timeouts.DEFAULT)
              .withSecrets(secrets(target, headers)));
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static Duration clientWarmup(Map<String, String> environment, List<String> problems) {
    String millis =
        value(environment, Environment.CLIENT_WARMUP_MILLIS).orElse(DEFAULT_WARMUP_MILLIS);
    if (!millis.matches("[0-9]{1,6}")) {
      problems.add(
          "%s is \"%s\": it must be a number of milliseconds from 0 to 999999."
              .formatted(Environment.CLIENT_WARMUP_MILLIS, millis));
      return Duration.ZERO;
    }
    return Duration.ofMillis(Long.parseLong(millis));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }
}
