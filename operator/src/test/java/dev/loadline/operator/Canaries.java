package dev.loadline.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Secrets of a test, random each time: whoever writes one of them down, as it is or in base64, has
 * leaked it.
 *
 * @param key the API key
 * @param header a header's value
 * @param variable a variable of the runner
 * @param word stands in each prompt
 */
public record Canaries(String key, String header, String variable, String word) {
  private static final Path PEM = Path.of("src/test/resources/plan");

  /** New ones. */
  public static Canaries random() {
    return new Canaries(text("sk"), text("hd"), text("ev"), text("pr"));
  }

  private static String text(String kind) {
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    return kind + HexFormat.of().formatHex(random);
  }

  /** The Secret that holds all but the word, the key of a certificate among it, and the dataset. */
  public String manifests() {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: canaries}
    stringData: {key: %s, header: %s, variable: %s}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: certificate}
    type: kubernetes.io/tls
    data: {tls.crt: %s, tls.key: %s}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: prompts}
    data:
      prompts.jsonl: |
        {"prompt": "Tell me of %s and the sea."}
        {"messages": [{"role": "user", "content": "Who was %s, the one of the hill?"}]}
    """
        .formatted(
            key,
            header,
            variable,
            base64("client-certificate.pem"),
            base64("client-key.pem"),
            word,
            word);
  }

  /** A test's spec that uses all of them, with this target's url and more lines of the target. */
  public String spec(String url, String tls) {
    return """
    target:
      url: %s
      readinessTimeout: 5s
      auth: {apiKeySecretRef: {name: canaries, key: key}}
      headers: [{name: X-Team, secretKeyRef: {name: canaries, key: header}}]
      %s
    workload: {dataset: {configMap: {name: prompts, key: prompts.jsonl}, format: JSONL, outputTokens: 4}}
    load: {warmup: 0s, drainTimeout: 1s, shareTarget: true, stages: [{name: only, users: 2, requests: 20}]}
    lifecycle: {maxStartAttempts: 1, podRetention: Always}
    """
        .formatted(url, tls);
  }

  private static String base64(String file) {
    return Base64.getEncoder().encodeToString(read(file).getBytes(StandardCharsets.UTF_8));
  }

  private static String read(String file) {
    try {
      return Files.readString(PEM.resolve(file));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Which of the secrets a text holds: whole, in base64, or a line of the certificate's key. */
  public List<String> in(String text) {
    List<String> found = new ArrayList<>();
    for (String secret : List.of(key, header, variable, word)) {
      if (text.contains(secret) || text.contains(withoutEnds(secret))) {
        found.add(secret);
      }
    }
    read("client-key.pem")
        .lines()
        .filter(line -> !line.startsWith("-----") && line.length() > 20)
        .filter(text::contains)
        .forEach(found::add);
    if (text.contains(base64("client-key.pem").substring(40, 80))) {
      found.add("the key's file in base64");
    }
    return found;
  }

  /** What base64 makes of a secret, but its ends, which depend on what stands beside it. */
  private static String withoutEnds(String secret) {
    String base64 = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    return base64.substring(0, base64.length() - 4);
  }
}
