package dev.loadline.operator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.loadline.operator.api.Api;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the architecture that a machine can check. */
class ArchitectureTest {
  private static final String ROOT = "dev.loadline.operator";
  private static final String[] CORE = {
    ROOT + ".plan..", ROOT + ".schedule..", ROOT + ".verdict..", ROOT + ".run.."
  };
  private static final String[] EDGE = {ROOT, ROOT + ".local.."};
  private static final Set<Class<?>> CLOCKS =
      Set.of(
          Instant.class,
          LocalDate.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class);
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Api.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** Everything of ours that a package may use; below the core, nothing knows what is above it. */
  @ParameterizedTest
  @CsvSource({
    "api, ''",
    "schedule, ''",
    "plan, api schedule",
    "verdict, plan",
    "run, plan verdict",
    "kube, api schedule plan verdict run",
    "metrics, api",
    "local, api schedule plan verdict run",
  })
  void arrowsPointDownward(String name, String below) {
    List<String> allowed = new ArrayList<>(List.of(ROOT + "." + name + ".."));
    for (String other : below.split(" ", -1)) {
      if (!other.isEmpty()) {
        allowed.add(ROOT + "." + other + "..");
      }
    }
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed.toArray(String[]::new))
                .or(DescribedPredicate.not(resideInAPackage(ROOT + ".."))))
        .check(CLASSES);
  }

  /** Bytes that are in memory already are no input: certificates can be read no other way. */
  @Test
  void theCoreIsPure() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.fabric8..",
                    "io.javaoperatorsdk..",
                    "io.micrometer..",
                    "io.netty..",
                    "org.slf4j..",
                    "ch.qos..",
                    "java.util.logging..",
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net.http..",
                    "java.util.concurrent..")
                .and(DescribedPredicate.not(JavaClass.Predicates.type(ByteArrayInputStream.class))))
        .check(CLASSES);
  }

  /** Local mode stands in for the kubelet and is an edge of its own, as the root is. */
  @Test
  void clocksAreReadAtTheEdgeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(EDGE)
        .should()
        .callMethodWhere(describe("a clock is read", ArchitectureTest::readsAClock))
        .check(CLASSES);
  }

  private static boolean readsAClock(JavaMethodCall call) {
    JavaClass owner = call.getTargetOwner();
    String name = call.getName();
    return (name.equals("now")
            && call.getTarget().getRawParameterTypes().isEmpty()
            && CLOCKS.stream().anyMatch(owner::isEquivalentTo))
        || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
        || (owner.isEquivalentTo(InstantSource.class) && name.equals("system"))
        || (owner.isEquivalentTo(System.class)
            && (name.equals("nanoTime") || name.equals("currentTimeMillis")));
  }

  @Test
  void theEnvironmentIsReadAtTheEdgeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(EDGE)
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
  void onlyTheEdgeTouchesTheClient() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".api..", ROOT + ".metrics..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.fabric8.kubernetes.client..")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.type(
                            io.fabric8.kubernetes.client.CustomResource.class))))
        .check(CLASSES);
  }

  @Test
  void onlyRequeueReschedules() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Requeue")
        .should()
        .callMethodWhere(
            describe("a delay is set", call -> call.getName().startsWith("rescheduleAfter")))
        .check(CLASSES);
  }

  @Test
  void onlyTheContractOfTheRunnerIsUsed() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.loadline.runner..")
                .and(DescribedPredicate.not(resideInAPackage("dev.loadline.runner.contract"))))
        .check(CLASSES);
  }

  /** A manager of fields is Kubernetes' own word, where it stands alone. */
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
