package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks a small program in a jar of its own, which answers in METEOR's protocol. */
class MeteorTest {
  @TempDir private Path folder;

  @Test
  void asksLineByLineAndTakesTheLastScore() throws Exception {
    Meteor meteor = new Meteor(jar());

    // The program scores the share of captions that are one of their references.
    assertThat(
            meteor.score(
                List.of("a dog", "a ||| cat\n"),
                List.of(List.of("the dog", "a dog"), List.of("two cats"))))
        .isEqualTo(0.5);
  }

  @Test
  void aMissingJarIsNamed() {
    assertThatThrownBy(
            () -> new Meteor(folder.resolve("none.jar")).score(List.of("a"), List.of(List.of("a"))))
        .isInstanceOf(MeteorException.class)
        .hasMessageContaining("none.jar: no such file (expected: meteor-1.5.jar)");
  }

  @Test
  void aProgramThatEndsIsReported() throws Exception {
    Path broken = Files.writeString(folder.resolve("meteor-1.5.jar"), "not a jar");

    assertThatThrownBy(() -> new Meteor(broken).score(List.of("a"), List.of(List.of("a"))))
        .isInstanceOf(MeteorException.class)
        .hasMessageContaining("meteor-1.5.jar");
  }

  private Path jar() throws IOException {
    Path jar = folder.resolve("meteor-1.5.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, MeteorProgram.class.getName());
    String name = MeteorProgram.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest);
        InputStream code = MeteorProgram.class.getClassLoader().getResourceAsStream(name)) {
      entries.putNextEntry(new JarEntry(name));
      assertThat(code).isNotNull();
      code.transferTo(entries);
    }
    return jar;
  }
}
