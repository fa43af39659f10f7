package io.groundstream.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
  private static final String NAME = "COCO_val2014_000000000042.jpg";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        NAME,
        "val2014/" + NAME,
        "000000000042.jpg",
        "train2017/000000000042.jpg",
        "val2017/000000000042.jpg"
      })
  void findsImagesOfCoco(String stored) throws Exception {
    Path file = write(stored);

    assertThat(ImageFolder.open(folder).find(NAME)).isEqualTo(file);
  }

  @Test
  void findsImagesInTheCurrentFolder() throws Exception {
    Path file = Files.createTempFile(Path.of(""), "image", ".jpg");
    try {
      assertThat(ImageFolder.open(Path.of(".")).find(file.toString()))
          .isEqualTo(file.toAbsolutePath());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aNameDoesNotLeaveTheFolder() throws Exception {
    write("outside.jpg");
    Files.createDirectories(folder.resolve("images"));

    assertThat(ImageFolder.open(folder.resolve("images")).find("../outside.jpg")).isNull();
  }

  @Test
  void countsMissingImages() throws Exception {
    write("a.jpg");
    ImageFolder images = ImageFolder.open(folder);

    images.check(List.of("a.jpg", "a.jpg"));
    assertThatThrownBy(() -> images.check(List.of("a.jpg", "b.jpg", "b.jpg", "c.jpg")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("2 of the dataset's 3 images are missing, the first is b.jpg");
    assertThatThrownBy(() -> ImageFolder.open(folder.resolve("none")))
        .hasMessageContaining("none: no such folder");
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, new byte[1]);
  }
}
