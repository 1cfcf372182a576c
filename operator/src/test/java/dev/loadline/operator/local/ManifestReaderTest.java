package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
  private static final String OBJECT = "apiVersion: v1\nkind: Secret\nmetadata: {name: %s}\n";
  private static final String ONE = OBJECT.formatted("one");
  private static final String TWO = OBJECT.formatted("two");

  @TempDir private Path folder;

  private ManifestReader.Reading read(byte[] bytes) throws IOException {
    return ManifestReader.read(
        List.of(Files.write(folder.resolve("f"), bytes).toString()), InputStream.nullInputStream());
  }

  private ManifestReader.Reading read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> problems(String text) throws IOException {
    return problems(read(text));
  }

  private List<String> problems(ManifestReader.Reading reading) {
    String file = folder.resolve("f").toString();
    return reading.problems().stream().map(is -> is.toString().replace(file, "f")).toList();
  }

  private static List<String> places(ManifestReader.Reading reading) {
    assertThat(reading.problems()).isEmpty();
    return reading.manifests().stream().map(Manifest::place).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s---\n%s",
        "---\n%s---\n%s---\n",
        "# a comment\n\n---\n%s---\n# only a comment\n---\n\n--- # and more\n%s---\n# end\n---\n",
        "%%YAML 1.1\n# c\n---\n%s---\n%s...\n",
        "\uFEFF%s---\n%s",
      })
  void skipsDocumentsWithNothingInThem(String text) throws IOException {
    List<String> both = List.of("document 1, Secret one", "document 2, Secret two");
    String whole = text.formatted(ONE, TWO);
    assertThat(places(read(whole))).isEqualTo(both);
    assertThat(places(read(whole.replace("\n", "\r\n")))).isEqualTo(both);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# a comment\n", "---\n---\n# c\n", "null\n---\n~\n"})
  void saysThatAFileHoldsNoObject(String text) throws IOException {
    assertThat(problems(text)).containsExactly("f: holds no object");
  }

  @Test
  void aBrokenDocumentHidesNothingOfTheOthers() throws IOException {
    ManifestReader.Reading reading = read(ONE + "---\na: [\n---\n" + TWO + "---\nb: \"x\n");
    assertThat(reading.manifests()).extracting(Manifest::name).containsExactly("one", "two");
    assertThat(problems(reading))
        .containsExactly(
            "f:6:1: is not YAML: expected the node content, but found the end of the document",
            "f:12:1: is not YAML: found unexpected end of stream, while scanning a quoted scalar"
                + " that begins at line 11");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a:\n\tb: 1` | f:2:1: is not YAML: found character '\\t(TAB)' that cannot start any token."
            + " (Do not use \\t(TAB) for indentation)",
        "`a: 1\na: 2` | f:2:1: is not YAML: the key 'a' is there twice",
        "`a:\n  b: 1\n   c: 2` | f:3:5: is not YAML: mapping values are not allowed here",
        "a: {{ .Values.b }} | f:1:5: is not YAML: a key must be text: write what begins with { or ["
            + " in quotes",
        "a: *b | f:1:4: is not YAML: found undefined alias b",
        "a: &a [*a] | f:1:4: is not YAML: there are more than 100 levels once all aliases are"
            + " resolved",
        "a: .inf | f:1:4: is no number that a manifest can hold: write a finite one",
        "a: 1.0e+999 | f:1:4: is no number that a manifest can hold: write a finite one",
        "`a: \"x\u0000\"` | f:1:6: is not YAML: the character U+0000 is not allowed: write it as an"
            + " escape within double quotes",
        "`{\"a\": 1,\n}` | f:2:1: is not JSON: Unexpected character ('}' (code 125)): was expecting"
            + " double-quote to start field name",
        "`{\"a\": 1, \"a\": 2}` | f:1:13: is not JSON: Duplicate field 'a'",
        "words | f: document 1: is no Kubernetes object: apiVersion, kind, metadata and spec are"
            + " missing",
        "`{kind: List, items: [5]}` | f: document 1, item 1: is no Kubernetes object: apiVersion,"
            + " kind, metadata and spec are missing",
      })
  void saysWhereTextCannotBeRead(String text, String problem) throws IOException {
    assertThat(problems(text)).containsExactly(problem);
  }

  @Test
  void refusesAliasesThatExpandWithoutEnd() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append(
          "a%d: &a%d [%s*a%d]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(4), i - 1));
    }
    assertThat(problems(bomb.toString()))
        .singleElement()
        .asString()
        .contains("is not YAML: there are more than 100000 values once all aliases are resolved");
    assertThat(problems("a: " + "[".repeat(5000))).singleElement().asString().contains("f:1:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | true",
        "Off | false",
        "~ | null",
        "`\"yes\"` | `\"yes\"`",
        "010 | 8",
        "0x1f | 31",
        "1_000 | 1000",
        "-7 | -7",
        "0.0009 | 9.0E-4",
        "12:30:45 | `\"12:30:45\"`",
        "2026-11-24 | `\"2026-11-24\"`",
        "99999999999999999999 | 99999999999999999999",
        "1.35.4 | `\"1.35.4\"`",
        "10s | `\"10s\"`",
      })
  void readsValuesAsKubectlDoes(String yaml, String json) throws IOException {
    JsonNode value = read("a: " + yaml).manifests().getFirst().object().get("a");
    assertThat(value.toString()).isEqualTo(json);
  }

  @Test
  void resolvesAliasesAndMergedKeys() throws IOException {
    JsonNode object =
        read("base: &b {x: 1, y: 2}\nalias: *b\nmerged: {<<: *b, y: 3}\nboth: {<<: [*b, {z: 4}]}\n")
            .manifests()
            .getFirst()
            .object();
    assertThat(object.get("alias").toString()).isEqualTo("{\"x\":1,\"y\":2}");
    assertThat(object.get("merged").toString()).isEqualTo("{\"y\":3,\"x\":1}");
    assertThat(object.get("both").toString()).isEqualTo("{\"x\":1,\"y\":2,\"z\":4}");
  }

  @Test
  void readsJsonWithTabsAndSeveralObjects() throws IOException {
    String json =
        "{\n\t\"kind\": \"Secret\", \"metadata\": {\"name\": \"one\"}}\n{\"kind\": \"A\"}";
    assertThat(places(read(json))).containsExactly("document 1, Secret one", "document 2, A");
  }

  @Test
  void readsDocumentsOfJsonAndYamlInOneFile() throws IOException {
    String json = "{\n\t\"kind\": \"Secret\", \"metadata\": {\"name\": \"one\"}}\n";
    assertThat(places(read(json + "---\n" + TWO + "---\n" + json + "--- {\"kind\": \"A\"}\n---\n")))
        .containsExactly(
            "document 1, Secret one",
            "document 2, Secret two",
            "document 3, Secret one",
            "document 4, A");
    ManifestReader.Reading broken = read(json + "---\n{\"a\": }\n---\n" + TWO);
    assertThat(broken.manifests())
        .extracting(Manifest::place)
        .containsExactly("document 1, Secret one", "document 3, Secret two");
    assertThat(problems(broken)).singleElement().asString().startsWith("f:4:7: is not JSON: ");
  }

  @Test
  void readsStandardInput() {
    InputStream in = new ByteArrayInputStream(ONE.getBytes(StandardCharsets.UTF_8));
    ManifestReader.Reading reading = ManifestReader.read(List.of("-"), in);
    assertThat(places(reading)).containsExactly("document 1, Secret one");
    assertThat(reading.manifests().getFirst().file()).isEqualTo("standard input");
    assertThat(problems(ManifestReader.read(List.of("-"), InputStream.nullInputStream())))
        .containsExactly("standard input: holds no object");
  }

  @Test
  void saysWhichFilesCannotBeRead() throws IOException {
    assertThat(problems(read(new byte[] {(byte) 0xff, (byte) 0xfe, 'a', 0})))
        .containsExactly("f: is not UTF-8 text");
    ManifestReader.Reading others =
        ManifestReader.read(List.of(folder.toString(), "no\u0000file", "none.yaml"));
    assertThat(others.problems())
        .extracting(InputProblem::text)
        .containsExactly(
            "is a folder: name the files in it", "cannot be read", "there is no such file");
  }
}
