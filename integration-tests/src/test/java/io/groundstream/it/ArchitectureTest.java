package io.groundstream.it;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.google.common.collect.ImmutableSet;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apiguardian.api.API;

/**
 * Checks which modules import which, by the table in ARCHITECTURE.md, and the order of the packages
 * within a module. Reads the compiled classes of all modules.
 */
@AnalyzeClasses(packages = "io.groundstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String DJL = "ai.djl..";

  /** A module: its folder, its packages, and the modules whose packages it may import. */
  private enum Module {
    SCHEMAS("schemas", ImmutableSet.of(), "io.groundstream.schemas", "io.groundstream.avro"),
    IMAGES("model-serving/images", ImmutableSet.of(), "io.groundstream.images"),
    KOSMOS2("model-serving/kosmos2", ImmutableSet.of(IMAGES), "io.groundstream.kosmos2"),
    OPERATORS("operators", ImmutableSet.of(SCHEMAS, IMAGES, KOSMOS2), "io.groundstream.operators"),
    SEARCH(
        "operators/search",
        ImmutableSet.of(SCHEMAS, IMAGES, KOSMOS2, OPERATORS),
        "io.groundstream.operators.index",
        "io.groundstream.operators.search"),
    PIPELINES(
        "jobs/pipelines",
        ImmutableSet.of(SCHEMAS, IMAGES, KOSMOS2, OPERATORS, SEARCH),
        "io.groundstream.jobs"),
    SQL(
        "jobs/sql",
        ImmutableSet.of(SCHEMAS, IMAGES, KOSMOS2, OPERATORS, SEARCH),
        "io.groundstream.sql"),
    EVALUATION("jobs/evaluation", ImmutableSet.of(), "io.groundstream.evaluation"),
    CONSOLE(
        "jobs/console",
        ImmutableSet.of(SCHEMAS, IMAGES, KOSMOS2, OPERATORS, SEARCH, PIPELINES, SQL, EVALUATION),
        "io.groundstream.console");

    private final String folder;
    private final ImmutableSet<Module> below;
    private final ImmutableSet<String> packages;

    Module(String folder, ImmutableSet<Module> below, String... packages) {
      this.folder = folder;
      this.below = below;
      this.packages = ImmutableSet.copyOf(packages);
    }

    /** Returns the module of a class: the one with the longest matching package. */
    static Module of(JavaClass javaClass) {
      String name = javaClass.getPackageName() + ".";
      Module found = null;
      int length = 0;
      for (Module module : values()) {
        for (String prefix : module.packages) {
          if (name.startsWith(prefix + ".") && prefix.length() > length) {
            found = module;
            length = prefix.length();
          }
        }
      }
      if (found == null) {
        throw new IllegalStateException(javaClass + " is in no module's package");
      }
      return found;
    }

    boolean mayImport(Module other) {
      return other == this || below.contains(other);
    }
  }

  // Modules ------------------------------------------------------------------------------------

  @ArchTest
  static final ArchRule everyClassIsInAPackageOfItsModule =
      classes()
          .should(
              be(
                  DescribedPredicate.describe(
                      "in a package of their module",
                      javaClass ->
                          file(javaClass).contains(Module.of(javaClass).folder + "/target"))))
          .because("the rules below tell modules apart by their packages");

  @ArchTest
  static final ArchRule modulesImportWhatTheTableAllows =
      classes()
          .should(
              be(
                  DescribedPredicate.describe(
                      "dependent on the modules of the table only",
                      javaClass ->
                          javaClass.getDirectDependenciesFromSelf().stream()
                              .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                              .filter(
                                  target -> target.getPackageName().startsWith("io.groundstream."))
                              .allMatch(
                                  target -> Module.of(javaClass).mayImport(Module.of(target))))));

  // API ----------------------------------------------------------------------------------------

  /** The modules whose API users build on. */
  private static final ImmutableSet<Module> LIBRARIES =
      ImmutableSet.of(Module.IMAGES, Module.KOSMOS2, Module.OPERATORS, Module.SEARCH, Module.SQL);

  @ArchTest
  static final ArchRule packagesOfLibrariesAreStableOrInternal =
      classes()
          .that(
              DescribedPredicate.describe(
                  "are public types of libraries",
                  javaClass ->
                      LIBRARIES.contains(Module.of(javaClass))
                          && javaClass.getModifiers().contains(JavaModifier.PUBLIC)))
          .should(
              be(
                  DescribedPredicate.describe(
                      "marked @API, by themselves or by their package",
                      javaClass -> status(javaClass).isPresent())));

  @ArchTest
  static final ArchRule internalTypesAreUsedByTheirModuleOnly =
      classes()
          .should(
              be(
                  DescribedPredicate.describe(
                      "dependent on no internal type of another module",
                      javaClass ->
                          javaClass.getDirectDependenciesFromSelf().stream()
                              .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                              .filter(
                                  target -> target.getPackageName().startsWith("io.groundstream."))
                              .filter(target -> Module.of(target) != Module.of(javaClass))
                              .noneMatch(
                                  target ->
                                      status(target).equals(Optional.of(API.Status.INTERNAL))))));

  /** Returns the status of a class: its own, that of the class around it, or its package's. */
  private static Optional<API.Status> status(JavaClass javaClass) {
    JavaClass outermost = javaClass;
    while (outermost.getEnclosingClass().isPresent()) {
      outermost = outermost.getEnclosingClass().get();
    }
    return outermost
        .tryGetAnnotationOfType(API.class)
        .or(() -> javaClass.getPackage().tryGetAnnotationOfType(API.class))
        .map(API::status);
  }

  // Libraries of others ------------------------------------------------------------------------

  @ArchTest
  static final ArchRule schemasUseAvroAndTheRegistryClientOnly =
      noClasses()
          .that()
          .resideInAnyPackage("io.groundstream.schemas..", "io.groundstream.avro..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", DJL);

  @ArchTest
  static final ArchRule modelServingKnowsNeitherFlinkNorKafka =
      noClasses()
          .that()
          .resideInAnyPackage("io.groundstream.images..", "io.groundstream.kosmos2..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.flink..", "org.apache.kafka..", "org.apache.avro..", "io.confluent..");

  @ArchTest
  static final ArchRule evaluationKnowsNeitherFlinkNorKafka =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.evaluation..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "org.apache.avro..");

  @ArchTest
  static final ArchRule imagesKnowNoModel =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.images..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DJL);

  @ArchTest
  static final ArchRule onlyKosmos2KnowsDjl =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.groundstream.kosmos2..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DJL)
          .because("the job jar must not contain DJL, whose natives cannot be loaded twice");

  @ArchTest
  static final ArchRule onlyCommandsKnowPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.groundstream.jobs.cli..", "io.groundstream.console.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule onlyTracingKnowsOpenTelemetry =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.groundstream.operators.tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..");

  @ArchTest
  static final ArchRule onlyOnePlaceMakesClientsOfKafka =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.groundstream.operators.kafka.KafkaClients")
          .should()
          .callConstructor(
              KafkaConsumer.class, Properties.class, Deserializer.class, Deserializer.class)
          .orShould()
          .callConstructor(KafkaConsumer.class, Map.class, Deserializer.class, Deserializer.class)
          .orShould()
          .callConstructor(
              KafkaProducer.class, Properties.class, Serializer.class, Serializer.class)
          .orShould()
          .callConstructor(KafkaProducer.class, Map.class, Serializer.class, Serializer.class)
          .orShould()
          .callMethod(Admin.class, "create", Properties.class)
          .orShould()
          .callMethod(Admin.class, "create", Map.class);

  // Packages of kosmos2 ------------------------------------------------------------------------

  @ArchTest
  static final ArchRule onlyTheProgramTouchesPyTorch =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.groundstream.kosmos2.program..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule theCheckpointIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.kosmos2.checkpoint..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              DJL,
              "io.groundstream.kosmos2",
              "io.groundstream.kosmos2.program..",
              "io.groundstream.kosmos2.text..",
              "io.groundstream.kosmos2.engine..");

  @ArchTest
  static final ArchRule textKnowsTokenizersAndNotTheNetwork =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.kosmos2.text..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.djl.ndarray..",
              "ai.djl.inference..",
              "io.groundstream.kosmos2.program..",
              "io.groundstream.kosmos2.engine..");

  @ArchTest
  static final ArchRule theProgramIsBelowTheEngine =
      noClasses()
          .that()
          .resideInAPackage("io.groundstream.kosmos2.program..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.groundstream.kosmos2.text..", "io.groundstream.kosmos2.engine..");

  // Cycles -------------------------------------------------------------------------------------

  @ArchTest
  static final ArchRule packagesOfImagesAreFreeOfCycles =
      slices()
          .matching("io.groundstream.images.(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesOfKosmos2AreFreeOfCycles =
      slices().matching("io.groundstream.kosmos2.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfOperatorsAreFreeOfCycles =
      slices().matching("io.groundstream.operators.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfArchivesAreFreeOfCycles =
      slices().matching("io.groundstream.operators.archive.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfPipelinesAreFreeOfCycles =
      slices().matching("io.groundstream.jobs.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfSqlAreFreeOfCycles =
      slices().matching("io.groundstream.sql.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfTheConsoleAreFreeOfCycles =
      slices().matching("io.groundstream.console.(*)..").should().beFreeOfCycles();

  private static String file(JavaClass javaClass) {
    return javaClass.getSource().map(source -> source.getUri().toString()).orElse("");
  }
}
