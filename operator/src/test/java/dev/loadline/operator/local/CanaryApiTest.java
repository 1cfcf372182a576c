package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.Canaries;
import dev.loadline.operator.EchoTarget;
import dev.loadline.operator.RealOperator;
import dev.loadline.runner.contract.Environment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets and prompts reach the target and nothing else, however the run ends and however much the
 * runner logs: not what {@code run} prints, and nothing in the folder that it leaves.
 */
class CanaryApiTest {
  private static final Pattern KEPT = Pattern.compile("(/\\S*loadline-[0-9a-f-]{36})");

  @TempDir private Path folder;
  private final Canaries canaries = Canaries.random();
  private final Captured captured = new Captured();

  @Test
  void targetThatQuotesEverythingInItsErrorsLeaksNothing() throws IOException {
    try (EchoTarget target = new EchoTarget(loopback(), false)) {
      String kept = run("http://127.0.0.1:" + target.port() + "/v1", "");

      assertThat(target.received())
          .contains(canaries.key())
          .contains(canaries.header())
          .contains(canaries.word());
      assertThat(kept).contains("cannot do").contains("[…]");
    }
  }

  @Test
  void targetThatRefusesTheKeyAndQuotesItLeaksNothing() throws IOException {
    try (EchoTarget target = new EchoTarget(loopback(), true)) {
      String kept = run("http://127.0.0.1:" + target.port() + "/v1", "");

      assertThat(target.received()).contains(canaries.key()).contains(canaries.header());
      assertThat(kept).contains("Unauthorized");
    }
  }

  @Test
  void targetThatIsNotThereLeaksNothing() throws IOException {
    assertThat(run("http://127.0.0.1:" + LocalPod.freePort() + "/v1", "")).contains("refused");
  }

  @Test
  void targetThatSpeaksNoTlsLeaksNothing() throws IOException {
    try (EchoTarget target = new EchoTarget(loopback(), false)) {
      String kept =
          run(
              "https://127.0.0.1:" + target.port() + "/v1",
              "tls: {clientCertificateSecretName: certificate}");

      assertThat(kept).contains("TargetUnreachable");
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Runs it, and looks for secrets everywhere; what it left, as one text. */
  private String run(String url, String tls) throws IOException {
    String test =
        "apiVersion: loadline.dev/v1alpha1\nkind: LoadTest\nmetadata: {name: chat}\nspec:\n"
            + (canaries.spec(url, tls)
                    + "runner: {env: [{name: FROM_SECRET, valueFrom: {secretKeyRef: {name:"
                    + " canaries, key: variable}}}]}\n")
                .indent(2);
    Path file =
        Files.writeString(folder.resolve("test.yaml"), test + "---\n" + canaries.manifests());
    captured.run(
        new RunCommand(
            RealOperator::starter,
            Map.of(Environment.CLIENT_WARMUP_MILLIS, "0", Environment.LOG_LEVEL, "TRACE"),
            captured.outStream,
            captured.errorStream),
        file.toString(),
        "--keep");
    String printed = captured.everything();
    assertThat(canaries.in(printed)).as("printed").isEmpty();
    Matcher kept = KEPT.matcher(printed);
    assertThat(kept.find()).as(printed).isTrue();
    return printed + left(Path.of(kept.group(1)));
  }

  /** All files but the dataset itself, which is the user's own. */
  private String left(Path kept) throws IOException {
    LocalFolder whole = new LocalFolder(kept);
    try (Stream<Path> files = Files.walk(kept)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.toString().contains(".data/")) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          assertThat(canaries.in(text)).as("%s", file).isEmpty();
          texts.add(Files.readString(file));
        }
      }
      assertThat(texts).hasSizeGreaterThan(1);
      return String.join("\n", texts);
    } finally {
      whole.delete();
    }
  }
}
