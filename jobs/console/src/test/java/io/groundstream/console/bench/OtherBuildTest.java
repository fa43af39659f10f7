package io.groundstream.console.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherBuildTest {
  private static final String TODAY = "io.groundstream.console.cli.Console";
  private static final String EARLIER = "io.groundstream.jobs.cli.Groundstream";

  @TempDir private Path folder;

  private static Path jar(Path file, String... classes) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
      for (String name : classes) {
        out.putNextEntry(new JarEntry(name.replace('.', '/') + ".class"));
      }
    }
    return file;
  }

  @Test
  void aFolderOfTodayAndOneOfAnEarlierVersion() throws Exception {
    Path library = jar(folder.resolve("library.jar"));
    Path today = jar(folder.resolve("new/jobs/console/target/console.jar"), TODAY);
    Files.writeString(today.resolveSibling("launcher-class-path"), library + "\n");
    Path earlier = jar(folder.resolve("old/jobs/target/jobs.jar"), EARLIER);
    Files.writeString(earlier.resolveSibling("launcher-class-path"), library.toString());
    assertThat(OtherBuild.find(folder.resolve("new").toString()))
        .isEqualTo(
            new OtherBuild(today + File.pathSeparator + library, TODAY, folder.resolve("new")));
    assertThat(OtherBuild.find(folder.resolve("old").toString()))
        .isEqualTo(
            new OtherBuild(earlier + File.pathSeparator + library, EARLIER, folder.resolve("old")));
  }

  @Test
  void aClassPath() throws Exception {
    Path jar = jar(folder.resolve("lib/a.jar"), EARLIER);
    String two = folder + File.pathSeparator + jar;
    assertThat(OtherBuild.find(two)).isEqualTo(new OtherBuild(two, EARLIER, null));
    String all = folder.resolve("lib") + File.separator + "*";
    assertThat(OtherBuild.find(all)).isEqualTo(new OtherBuild(all, EARLIER, null));
    assertThat(OtherBuild.find(jar.toString()).mainClass()).isEqualTo(EARLIER);
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    assertThatThrownBy(() -> OtherBuild.find(folder.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not built (expected: jobs/console/target/console.jar")
        .hasMessageContaining(folder.resolve("groundstream") + " --version");
    String none = folder.resolve("none.jar").toString();
    assertThatThrownBy(() -> OtherBuild.find(none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(none + " does not exist (expected: a class path, or the folder of a build)");
    Path jar = jar(folder.resolve("jobs/console/target/console.jar"), TODAY);
    Files.writeString(jar.resolveSibling("launcher-class-path"), none);
    assertThatThrownBy(() -> OtherBuild.find(folder.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("; build it again");
    String empty = jar(folder.resolve("empty.jar")).toString();
    assertThatThrownBy(() -> OtherBuild.find(empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no Groundstream on it");
  }
}
