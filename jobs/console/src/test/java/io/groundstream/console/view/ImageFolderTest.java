package io.groundstream.console.view;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
  @TempDir Path directory;
  private Path folder;
  private ImageFolder images;

  @BeforeEach
  void create() throws IOException {
    folder = Files.createDirectories(directory.resolve("images"));
    Files.createDirectories(folder.resolve("sub"));
    ImageIO.write(
        new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("sub/a b.png").toFile());
    Files.copy(folder.resolve("sub/a b.png"), directory.resolve("outside.png"));
    Files.createSymbolicLink(folder.resolve("link.png"), directory.resolve("outside.png"));
    Files.writeString(folder.resolve("text.jpg"), "no image");
    Files.write(folder.resolve("large.png"), new byte[5000]);
    images = new ImageFolder(folder, new ImageDecoder(ImageOptions.defaults()), 4000);
  }

  @Test
  void anImageIsFoundUnderItsIdentifier() {
    LoadedImage image = images.load("sub/a b.png");
    assertThat(requireNonNull(image.thumbnail()).width()).isEqualTo(30);
    assertThat(images.load("sub/../sub/a b.png").thumbnail()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.png",
        "link.png",
        "sub",
        "",
        "text.jpg",
        "large.png",
        "missing.png",
        "a\0b"
      })
  void otherIdentifiersHaveNoImage(String id) {
    LoadedImage image = images.load(id);
    assertThat(image.thumbnail()).isNull();
    assertThat(image.note()).isNotBlank();
  }

  @Test
  void pathsOutsideAreNotRead() {
    assertThat(images.load(directory.resolve("outside.png").toString()).note())
        .contains("is not in");
    assertThat(images.load("link.png").note()).contains("link out of");
  }
}
