package dev.loadline.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes of the main sources of all modules. */
class SourceSizesTest {
  private static final int MOST_LINES_OF_A_FILE = 300;
  private static final int MOST_LINES_OF_A_METHOD = 40;
  private static final int MOST_PARAMETERS = 5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../operator/src/main/java",
        "../loadrunner-image/src/main/java",
        "../benchmarks/src/main/java"
      })
  void filesMethodsAndParametersStaySmall(String folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(folder))) {
      files = all.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(20);
    assertThat(tooLarge(files)).isEmpty();
  }

  @Test
  void findsWhatIsTooLarge() throws IOException {
    Path file = Files.createTempFile("Large", ".java");
    Files.writeString(
        file,
        "class Large {\n  Large(int a, int b, int c, int d, int e, int f) {}\n"
            + "  void wide(int a, int b, int c, int d, int e, int f) {}\n  void tall() {\n"
            + "    tall();\n".repeat(39)
            + "  }\n}\n"
            + "\n".repeat(260));
    assertThat(tooLarge(List.of(file)))
        .map(problem -> problem.replaceAll(".*: ", ""))
        .containsExactly("305 lines", "wide has 6 parameters", "tall has 41 lines");
    Files.delete(file);
  }

  private static List<String> tooLarge(List<Path> files) throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path file : files) {
      long lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES_OF_A_FILE) {
        problems.add(file + ": " + lines + " lines");
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Methods(unit, positions, problems).scan(unit, null);
      }
    }
    return problems;
  }

  /** Notes each method that is too long or takes too much; constructors wire and may take more. */
  private static final class Methods extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> problems;

    Methods(CompilationUnitTree unit, SourcePositions positions, List<String> problems) {
      this.unit = unit;
      this.positions = positions;
      this.problems = problems;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      LineMap map = unit.getLineMap();
      long lines =
          map.getLineNumber(positions.getEndPosition(unit, method))
              - map.getLineNumber(positions.getStartPosition(unit, method))
              + 1;
      String where = unit.getSourceFile().getName() + ": " + method.getName() + " has ";
      if (lines > MOST_LINES_OF_A_METHOD) {
        problems.add(where + lines + " lines");
      }
      boolean constructor = method.getName().contentEquals("<init>");
      if (!constructor && method.getParameters().size() > MOST_PARAMETERS) {
        problems.add(where + method.getParameters().size() + " parameters");
      }
      return super.visitMethod(method, null);
    }
  }
}
