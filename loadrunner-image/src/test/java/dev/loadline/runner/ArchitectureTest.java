package dev.loadline.runner;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.loadline.runner.contract.RunPlan;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the architecture that a machine can check. */
class ArchitectureTest {
  private static final String ROOT = "dev.loadline.runner";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(RunPlan.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void knowsNothingOfKubernetes() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.fabric8..",
                "io.kubernetes..",
                "io.javaoperatorsdk..",
                "dev.loadline.operator.."))
        .check(CLASSES);
  }

  @Test
  void theContractStandsAlone() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".contract..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                ROOT + ".contract..", "java..", "com.fasterxml.jackson..", "org.jspecify.."))
        .check(CLASSES);
  }

  /** What is measured and how load is laid out is known without knowing how it is sent. */
  @ParameterizedTest
  @ValueSource(strings = {"arrival", "prompt", "measure", "trace"})
  void whatIsMeasuredDoesNotKnowHowItIsSent(String name) {
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(ROOT + "." + name + "..", ROOT + ".contract..", ROOT + ".trace..")
                .or(not(resideInAnyPackage(ROOT + "..", "io.netty.."))))
        .check(CLASSES);
  }

  @Test
  void wallClocksAreReadWhereTheyAreInjectedOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, ROOT + ".drive..", ROOT + ".simulator..")
        .should()
        .callMethodWhere(describe("a wall clock is read", ArchitectureTest::readsAClock))
        .check(CLASSES);
  }

  /** The client stamps bytes where they are read and written: later is too late. */
  @Test
  void whatIsMeasuredAndWhenIsKnownWithoutAClock() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, ROOT + ".drive..", ROOT + ".http..", ROOT + ".simulator..")
        .should()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
  }

  private static boolean readsAClock(JavaMethodCall call) {
    JavaClass owner = call.getTargetOwner();
    String name = call.getName();
    return (owner.isEquivalentTo(Instant.class)
            && name.equals("now")
            && call.getTarget().getRawParameterTypes().isEmpty())
        || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
        || (owner.isEquivalentTo(InstantSource.class) && name.equals("system"))
        || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"));
  }

  /** The simulator is a program of its own. */
  @Test
  void theEnvironmentIsReadByThePrograms() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT, ROOT + ".simulator..")
        .should()
        .callMethodWhere(
            describe(
                "the environment is read",
                call ->
                    call.getTargetOwner().isEquivalentTo(System.class)
                        && (call.getName().equals("getenv")
                            || call.getName().equals("getProperty"))))
        .check(CLASSES);
  }

  @Test
  void namesAreTheFieldsOwn() {
    noClasses()
        .should()
        .haveNameMatching(".*[a-z0-9](Impl|Util|Utils|Helper|Manager|Common|Base)(\\$.*)?")
        .orShould()
        .haveNameMatching(".*[.$](Abstract|Base)[A-Z].*")
        .orShould()
        .resideInAnyPackage("..common..", "..util..", "..shared..")
        .check(CLASSES);
  }
}
