package io.groundstream.it;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Who may know whom: the arrows between the modules, and between the rooms of model-serving. Reads
 * the compiled classes of all modules.
 */
@AnalyzeClasses(packages = "io.groundstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] SCHEMAS = {"io.groundstream.schemas..", "io.groundstream.avro.."};
  private static final String MODEL = "io.groundstream.model..";
  private static final String OPERATORS = "io.groundstream.operators..";
  private static final String JOBS = "io.groundstream.jobs..";
  private static final String DJL = "ai.djl..";

  // Modules ------------------------------------------------------------------------------------

  @ArchTest
  static final ArchRule everyClassLivesInItsModulesPackages =
      classes()
          .should(be(inThePackagesOfTheirModule()))
          .because("the rules below tell modules apart by their packages");

  @ArchTest
  static final ArchRule schemasUseAvroAndTheRegistryClientOnly =
      noClasses()
          .that()
          .resideInAnyPackage(SCHEMAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(MODEL, OPERATORS, JOBS, "org.apache.flink..", DJL);

  @ArchTest
  static final ArchRule modelServingIsALibraryOfItsOwn =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.groundstream.schemas..",
              "io.groundstream.avro..",
              OPERATORS,
              JOBS,
              "org.apache.flink..",
              "org.apache.kafka..",
              "org.apache.avro..",
              "io.confluent..");

  @ArchTest
  static final ArchRule operatorsDoNotKnowTheJobs =
      noClasses()
          .that()
          .resideInAPackage(OPERATORS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(JOBS, "picocli..");

  @ArchTest
  static final ArchRule onlyModelServingKnowsDjl =
      noClasses()
          .that()
          .resideOutsideOfPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DJL)
          .because("the job jar holds none of it: DJL's natives cannot be loaded twice");

  @ArchTest
  static final ArchRule onlyTracingKnowsOpenTelemetry =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.groundstream.operators.tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..");

  // Rooms of model-serving ---------------------------------------------------------------------

  @ArchTest
  static final ArchRule onlyTheProgramTouchesPyTorch =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.groundstream.model.program..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule theCheckpointIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.model.checkpoint..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              DJL,
              "io.groundstream.model",
              "io.groundstream.model.program..",
              "io.groundstream.model.image..",
              "io.groundstream.model.text..",
              "io.groundstream.model.engine..");

  @ArchTest
  static final ArchRule imagesKnowNothingOfTheNetwork =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.model.image..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              DJL,
              "io.groundstream.model.program..",
              "io.groundstream.model.text..",
              "io.groundstream.model.engine..");

  @ArchTest
  static final ArchRule textKnowsTokenizersAndNotTheNetwork =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.model.text..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.djl.ndarray..",
              "ai.djl.inference..",
              "io.groundstream.model.program..",
              "io.groundstream.model.image..",
              "io.groundstream.model.engine..");

  @ArchTest
  static final ArchRule theProgramIsBelowTheEngine =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.model.program..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.groundstream.model.text..",
              "io.groundstream.model.image..",
              "io.groundstream.model.engine..");

  // Packages -----------------------------------------------------------------------------------

  @ArchTest
  static final ArchRule roomsOfModelServingAreFreeOfCycles =
      slices().matching("io.groundstream.model.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfOperatorsAreFreeOfCycles =
      slices().matching("io.groundstream.operators.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfJobsAreFreeOfCycles =
      slices().matching("io.groundstream.jobs.(*)..").should().beFreeOfCycles();

  private static DescribedPredicate<JavaClass> inThePackagesOfTheirModule() {
    return DescribedPredicate.describe(
        "in the packages of their module",
        javaClass -> {
          String file = javaClass.getSource().map(source -> source.getUri().toString()).orElse("");
          String name = javaClass.getPackageName() + ".";
          if (name.startsWith("io.groundstream.schemas.")
              || name.startsWith("io.groundstream.avro.")) {
            return file.contains("/schemas/");
          } else if (name.startsWith("io.groundstream.model.")) {
            return file.contains("/model-serving/");
          } else if (name.startsWith("io.groundstream.operators.")) {
            return file.contains("/operators/");
          } else {
            return name.startsWith("io.groundstream.jobs.") && file.contains("/jobs/");
          }
        });
  }
}
