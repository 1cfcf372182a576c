package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The endpoint under load: a service of the cluster or a URL. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.service) != has(self.url)",
    message = "exactly one of service and url must be set")
@ValidationRule(
    value = "!has(self.url) || self.url.matches('^https?://[^/?#@\\\\s]+(/[^?#@\\\\s]*)?$')",
    message =
        "url is http:// or https:// with a host, without credentials, query or fragment; keys"
            + " belong into auth.apiKeySecretRef")
@ValidationRule(
    value = "!has(self.url) || !has(self.basePath)",
    message = "basePath goes with service; with url, put the path into the url")
public record TargetSpec(
    @JsonPropertyDescription("A Kubernetes Service.") ServiceSpec service,
    @JsonPropertyDescription(
            "Any endpoint, with its base path: https://gateway.example/v1. Without a path, /v1 is"
                + " added.")
        @Size(min = 8, max = 512)
        String url,
    @JsonPropertyDescription("Base path of the API at the service; default /v1.")
        @Pattern(Api.BASE_PATH)
        @Size(max = 128)
        String basePath,
    @JsonPropertyDescription(
            "Model name to ask for; default: the only one that the endpoint lists under /models.")
        @Size(min = 1, max = 256)
        String model,
    @JsonPropertyDescription("Chat (/chat/completions) or Completions (/completions).")
        @Default("Chat")
        @Pattern("^(Chat|Completions)$")
        @Size(max = 16)
        String api,
    @JsonPropertyDescription(
            "Which request fields may be sent; Auto finds out. OpenAI sends standard fields only.")
        @Default("Auto")
        @Pattern("^(Auto|vLLM|SGLang|TensorRT-LLM|TGI|LlamaCpp|Ollama|OpenAI)$")
        @Size(max = 16)
        String engine,
    @JsonPropertyDescription("How to authenticate.") AuthSpec auth,
    @JsonPropertyDescription("Further request headers.") @Size(max = 16) List<HeaderSpec> headers,
    @JsonPropertyDescription("TLS settings of an https endpoint.") TlsSpec tls,
    @JsonPropertyDescription(
            "How long the endpoint may take to answer and list the model before the run fails.")
        @Default("5m")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String readinessTimeout) {

  /** A Kubernetes Service. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ServiceSpec(
      @Required @JsonPropertyDescription("Name of the Service.") @Pattern(Api.NAME) @Size(max = 63)
          String name,
      @JsonPropertyDescription("Its namespace; default: that of the test.")
          @Pattern(Api.NAME)
          @Size(max = 63)
          String namespace,
      @Required @JsonPropertyDescription("Port of the Service.") @Min(1) @Max(65535) Integer port,
      @JsonPropertyDescription("http or https.")
          @Default("http")
          @Pattern("^(http|https)$")
          @Size(max = 5)
          String scheme) {}

  /** How to authenticate. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AuthSpec(
      @Required
          @JsonPropertyDescription(
              "Secret in the test's namespace whose value is sent as bearer token.")
          KeyRefSpec apiKeySecretRef) {}

  /** A key of a Secret or ConfigMap. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record KeyRefSpec(
      @Required
          @JsonPropertyDescription("Name of the Secret or ConfigMap.")
          @Pattern(Api.OBJECT_NAME)
          @Size(min = 1, max = 253)
          String name,
      @Required
          @JsonPropertyDescription("Key within it.")
          @Pattern(Api.DATA_KEY)
          @Size(min = 1, max = 253)
          String key) {}

  /** A request header. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.value) != has(self.secretKeyRef)",
      message = "exactly one of value and secretKeyRef must be set")
  @ValidationRule(
      value =
          "!has(self.value) || !(self.name.lowerAscii() in ['authorization',"
              + " 'proxy-authorization', 'api-key', 'x-api-key', 'cookie'])",
      message = "this header carries a secret: use secretKeyRef instead of value")
  public record HeaderSpec(
      @Required
          @JsonPropertyDescription("Header name.")
          @Pattern(Api.HEADER_NAME)
          @Size(min = 1, max = 64)
          String name,
      @JsonPropertyDescription("Its value, if it is no secret.")
          @Pattern(Api.HEADER_VALUE)
          @Size(max = 1024)
          String value,
      @JsonPropertyDescription("Where its value comes from.") KeyRefSpec secretKeyRef) {}

  /** TLS settings. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TlsSpec(
      @JsonPropertyDescription("True accepts any certificate: for tests only.") @Default("false")
          Boolean insecureSkipVerify,
      @JsonPropertyDescription("PEM certificates to trust instead of the usual ones.")
          @Size(max = 32768)
          String caBundle,
      @JsonPropertyDescription(
              "Secret of type kubernetes.io/tls in the test's namespace: its tls.crt and tls.key"
                  + " are the certificate and the key that the load runner proves itself with"
                  + " (mTLS).")
          @Pattern(Api.OBJECT_NAME)
          @Size(min = 1, max = 253)
          String clientCertificateSecretName,
      @JsonPropertyDescription(
              "Name that is asked for (SNI) and that the endpoint's certificate must bear; default:"
                  + " the host of the endpoint.")
          @Pattern(Api.OBJECT_NAME)
          @Size(min = 1, max = 253)
          String serverName) {}
}
