package dev.loadline.operator.plan;

import dev.loadline.operator.api.TargetSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the target. */
final class TargetParser {
  private static final List<String> APIS = List.of("Chat", "Completions");
  private static final List<String> ENGINES =
      List.of("Auto", "vLLM", "SGLang", "TensorRT-LLM", "TGI", "LlamaCpp", "Ollama", "OpenAI");

  private static final String CERTIFICATE = "clientCertificateSecretName";

  private final Problems problems;
  private final String namespace;

  /** Services without a namespace are in {@code namespace}. */
  TargetParser(Problems problems, String namespace) {
    this.problems = problems;
    this.namespace = namespace;
  }

  Optional<Target> target(@Nullable TargetSpec spec) {
    if (spec == null) {
      problems.add("spec.target", "is missing: name a service or a url");
      return Optional.empty();
    }
    Optional<String> url = new UrlParser(problems, namespace).url(spec);
    Optional<Target.KeyReference> apiKey =
        Optional.ofNullable(spec.auth())
            .map(TargetSpec.AuthSpec::apiKeySecretRef)
            .map(reference -> key(reference, "spec.target.auth.apiKeySecretRef"));
    if (spec.auth() != null && apiKey.isEmpty()) {
      problems.add("spec.target.auth.apiKeySecretRef", "is missing");
    }
    List<Target.Header> headers = headers(spec.headers(), apiKey.isPresent());
    Optional<TargetSpec.TlsSpec> tls = Optional.ofNullable(spec.tls());
    Optional<String> caBundle = tls.map(TargetSpec.TlsSpec::caBundle).map(this::certificates);
    if (spec.model() != null && spec.model().isBlank()) {
      problems.add("spec.target.model", "is empty: leave it out or name a model");
    }
    tlsName(tls.map(TargetSpec.TlsSpec::clientCertificateSecretName), url, CERTIFICATE);
    tlsName(tls.map(TargetSpec.TlsSpec::serverName), url, "serverName");
    Duration readiness =
        problems.positive(
            spec.readinessTimeout(), Duration.ofMinutes(5), "spec.target.readinessTimeout");
    String api = problems.oneOf(spec.api(), APIS, "spec.target.api");
    String engine = problems.oneOf(spec.engine(), ENGINES, "spec.target.engine");
    return url.map(text ->
        new Target(
            text,
            Optional.ofNullable(spec.model()),
            api,
            engine,
            apiKey,
            headers,
            tls.map(TargetSpec.TlsSpec::insecureSkipVerify).orElse(false),
            caBundle,
            tls.map(TargetSpec.TlsSpec::serverName),
            tls.map(TargetSpec.TlsSpec::clientCertificateSecretName),
            readiness));
  }

  private void tlsName(Optional<String> name, Optional<String> url, String setting) {
    String field = "spec.target.tls." + setting;
    name.ifPresent(is -> Syntax.OBJECT_NAME.check(is, field, problems));
    if (name.isPresent() && url.filter(is -> is.startsWith("http://")).isPresent()) {
      problems.add(field, "goes with https");
    }
  }

  private String certificates(String text) {
    if (!PemCertificates.usable(text)) {
      problems.add(
          "spec.target.tls.caBundle",
          "must hold PEM certificates (-----BEGIN CERTIFICATE-----) that can be read, and no keys");
    }
    return text;
  }

  private List<Target.Header> headers(
      @Nullable List<TargetSpec.HeaderSpec> specs, boolean withKey) {
    List<Target.Header> headers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    problems.each(
        specs,
        "spec.target.headers",
        (spec, field) -> {
          String name = problems.required(spec.name(), field + ".name", "missing");
          if (!names.add(name.toLowerCase(Locale.ROOT))) {
            problems.add(field + ".name", Problems.quoted(name) + " is there twice");
          }
          if (HeaderRules.reserved(name)) {
            problems.add(
                field + ".name", Problems.quoted(name) + " is set by the load runner itself");
          }
          if (withKey && name.equalsIgnoreCase("Authorization")) {
            problems.add(
                field + ".name",
                Problems.quoted(name)
                    + " is what auth.apiKeySecretRef sends: leave one of them out");
          }
          value(spec, name, field).ifPresent(value -> headers.add(new Target.Header(name, value)));
        });
    return headers;
  }

  private Optional<Target.Value> value(TargetSpec.HeaderSpec spec, String name, String field) {
    if ((spec.value() == null) == (spec.secretKeyRef() == null)) {
      problems.add(field, "exactly one of value and secretKeyRef must be set");
      return Optional.empty();
    }
    if (spec.value() == null) {
      return Optional.of(
          new Target.Value.FromSecret(key(spec.secretKeyRef(), field + ".secretKeyRef")));
    }
    if (HeaderRules.secret(name)) {
      problems.add(field + ".value", Problems.quoted(name) + " carries a secret: use secretKeyRef");
    }
    if (spec.value().isBlank()) {
      problems.add(field + ".value", "is empty");
    }
    return Optional.of(new Target.Value.Literal(spec.value()));
  }

  private Target.KeyReference key(TargetSpec.KeyRefSpec spec, String field) {
    return new Target.KeyReference(
        problems.required(spec.name(), field + ".name", "missing"),
        problems.required(spec.key(), field + ".key", "missing"));
  }
}
