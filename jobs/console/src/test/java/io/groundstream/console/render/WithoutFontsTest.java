package io.groundstream.console.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a Java without fonts, as in small containers, where asking the font manager would fail. */
class WithoutFontsTest {
  @TempDir Path folder;

  @Test
  void drawsInAJavaThatHasNoFonts() throws Exception {
    Path log = folder.resolve("log");
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dsun.font.fontmanager=there.is.None",
                "-cp",
                classPath,
                Probe.class.getName(),
                folder.resolve("drawn.png").toString(),
                folder.resolve("index.html").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log, StandardCharsets.UTF_8)).isZero();
    assertThat(folder.resolve("drawn.png")).isNotEmptyFile();
    assertThat(folder.resolve("index.html")).isNotEmptyFile();
  }

  /** The main method that the other Java runs. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws Exception {
      Card.Phrase phrase =
          new Card.Phrase(
              0, "a dog, 犬, 🐕", 0, 5, List.of(new Card.Box(0.1, 0.1, 0.5, 0.5, 0.5, false)));
      byte[] drawn =
          new BoxRenderer()
              .render(new DecodedImage(500, 400, new byte[3 * 500 * 400]), List.of(phrase));
      Files.write(Path.of(arguments[0]), drawn);
      Thumbnail thumbnail = Thumbnail.of(drawn, new ImageDecoder(ImageOptions.defaults()));
      new DemoPage()
          .write(
              Path.of(arguments[1]),
              new PageInfo("m", "r", "float32", "cpu"),
              List.of(
                  Cards.answered(
                      "dog.png", thumbnail, Cards.answer("caption", "a dog", List.of(phrase)))));
    }
  }
}
