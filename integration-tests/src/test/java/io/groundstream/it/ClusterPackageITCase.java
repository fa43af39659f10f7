package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Tests the artefacts for clusters: the engine folder for Flink's {@code lib/}, and the job jar. No
 * class that our code refers to may be missing, and no class may be in both.
 */
class ClusterPackageITCase {
  @Test
  void theEngineFolderIsComplete() throws Exception {
    try (URLClassLoader cluster = loader(concat(FlinkJars.engine(), FlinkJars.flink()))) {
      for (String jar : List.of("images", "kosmos2")) {
        JavaClasses classes = ourClasses(engineJar(jar));

        assertThat(classes).isNotEmpty();
        assertThat(missing(classes, cluster)).isEmpty();
      }
    }
  }

  @Test
  void theJobJarIsComplete() throws Exception {
    List<Path> jars = concat(List.of(FlinkJars.JOB_JAR), FlinkJars.engine(), FlinkJars.flink());
    try (URLClassLoader cluster = loader(jars)) {
      JavaClasses classes = ourClasses(FlinkJars.JOB_JAR);

      assertThat(classes).isNotEmpty();
      assertThat(missing(classes, cluster)).isEmpty();
    }
  }

  @Test
  void theJobJarHoldsNothingThatLiesInFlinksLib() throws Exception {
    assertThat(entries(FlinkJars.JOB_JAR))
        .noneMatch(name -> name.startsWith("ai/djl/"))
        .noneMatch(name -> name.startsWith("io/groundstream/kosmos2/"))
        .noneMatch(name -> name.startsWith("io/groundstream/images/"))
        .noneMatch(name -> name.startsWith("io/groundstream/console/"))
        .noneMatch(name -> name.startsWith("org/apache/flink/streaming/api/environment/"))
        .noneMatch(name -> name.startsWith("org/apache/flink/runtime/"))
        .noneMatch(name -> name.startsWith("org/slf4j/"))
        .noneMatch(name -> name.startsWith("org/apache/logging/"))
        .noneMatch(name -> name.startsWith("kafka/server/"))
        .noneMatch(name -> name.contains("libtorch"));
  }

  @Test
  void theJobJarCarriesTheLicencesAndNoticesOfWhatIsInIt() throws Exception {
    assertThat(text("META-INF/LICENSE-groundstream")).contains("Apache License");
    assertThat(text("META-INF/LICENSE")).contains("Apache License");
    assertThat(text("META-INF/NOTICE"))
        .contains("Apache Avro", "Apache Commons Compress", "Jackson JSON processor");
  }

  private static String text(String entry) throws IOException {
    try (JarFile file = new JarFile(FlinkJars.JOB_JAR.toFile())) {
      return new String(
          file.getInputStream(file.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void noClassIsInBothButJackson() throws Exception {
    // Both contain a complete Jackson, and none of its types is passed between them.
    Set<String> twice = classNames(FlinkJars.JOB_JAR);
    Set<String> engine = new TreeSet<>();
    for (Path jar : FlinkJars.engine()) {
      engine.addAll(classNames(jar));
    }
    twice.retainAll(engine);
    twice.removeIf(name -> name.contains("com/fasterxml/jackson/"));

    assertThat(twice).isEmpty();
  }

  @Test
  void theEngineFolderLeavesLoggingToFlink() throws Exception {
    assertThat(FlinkJars.engine())
        .extracting(jar -> jar.getFileName().toString())
        .noneMatch(name -> name.startsWith("slf4j-") || name.startsWith("log4j-"))
        .anyMatch(name -> name.startsWith("pytorch-native-cpu-"));
  }

  private static JavaClasses ourClasses(Path jar) {
    URI ours = URI.create("jar:" + jar.toAbsolutePath().normalize().toUri() + "!/io/groundstream/");
    return new ClassFileImporter().importLocations(List.of(Location.of(ours)));
  }

  /** Returns the classes that {@code classes} refer to and {@code cluster} lacks. */
  private static Set<String> missing(JavaClasses classes, ClassLoader cluster) {
    return classes.stream()
        .flatMap(javaClass -> javaClass.getDirectDependenciesFromSelf().stream())
        .map(Dependency::getTargetClass)
        .map(JavaClass::getBaseComponentType)
        .filter(target -> !target.isPrimitive())
        .map(JavaClass::getFullName)
        .filter(name -> !isAnnotation(name))
        .filter(name -> cluster.getResource(name.replace('.', '/') + ".class") == null)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Skips annotations, because the JVM ignores those whose classes are missing. */
  private static boolean isAnnotation(String className) {
    return className.startsWith("org.jspecify.annotations.")
        || className.startsWith("org.apiguardian.api.")
        || className.startsWith("com.google.errorprone.annotations.");
  }

  private static Path engineJar(String prefix) throws IOException {
    return FlinkJars.engine().stream()
        .filter(jar -> jar.getFileName().toString().startsWith(prefix))
        .findFirst()
        .orElseThrow();
  }

  private static URLClassLoader loader(List<Path> jars) {
    URL[] urls = jars.stream().map(ClusterPackageITCase::url).toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> classNames(Path jar) throws IOException {
    return entries(jar).stream()
        .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(entry -> entry.getName()).toList();
    }
  }

  @SafeVarargs
  private static List<Path> concat(List<Path>... lists) {
    List<Path> all = new ArrayList<>();
    for (List<Path> list : lists) {
      all.addAll(list);
    }
    return all;
  }
}
