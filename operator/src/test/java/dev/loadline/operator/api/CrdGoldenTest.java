package dev.loadline.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrdGoldenTest {
  private static final Path CRDS = Path.of("../crds");
  private static final Pattern RANGE = Pattern.compile("([0-9.]+) to ([0-9.]+)[ ;|]");

  @Test
  void loadTestCrdIsThatOfTheTypes() throws IOException {
    Golden.check(
        CRDS.resolve("loadtests.loadline.dev.yaml"), CrdSource.yaml(CrdSource.of(LoadTest.class)));
  }

  @Test
  void loadTestRunCrdIsThatOfTheTypes() throws IOException {
    Golden.check(
        CRDS.resolve("loadtestruns.loadline.dev.yaml"),
        CrdSource.yaml(CrdSource.of(LoadTestRun.class)));
  }

  @Test
  void fieldReferenceIsThatOfTheTypes() throws IOException {
    Golden.check(
        CRDS.resolve("README.md"),
        FieldReference.of(CrdSource.of(LoadTest.class), CrdSource.of(LoadTestRun.class)));
  }

  @Test
  void fieldReferenceTellsNoBoundsThatNothingKeeps() {
    String reference =
        FieldReference.of(CrdSource.of(LoadTest.class), CrdSource.of(LoadTestRun.class));
    assertThat(RANGE.matcher(reference).results())
        .hasSizeGreaterThan(20)
        .allSatisfy(range ->
            assertThat(Double.parseDouble(range.group(1)))
                .as(range.group())
                .isLessThanOrEqualTo(Double.parseDouble(range.group(2))));
  }

  @ParameterizedTest
  @ValueSource(classes = {LoadTest.class, LoadTestRun.class})
  void crdStaysBelowAHundredKilobytes(
      Class<? extends io.fabric8.kubernetes.client.CustomResource<?, ?>> kind) {
    ObjectNode crd = CrdSource.of(kind);
    assertThat(CrdSource.compactSize(crd)).isLessThan(100_000);
  }
}
