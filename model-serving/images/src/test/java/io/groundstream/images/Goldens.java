package io.groundstream.images;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Loads the reference images of the tests, and compares images. */
final class Goldens {
  /** The width and height of the input of CLIP's vision encoder, in pixels. */
  static final int CLIP_SIZE = 224;

  private static final ImageDecoder DECODER = new ImageDecoder(ImageOptions.defaults());

  private Goldens() {}

  /** The difference between two images of the same size, in levels. */
  record Difference(int most, double mean) {}

  static Path path(String name) {
    try {
      return Path.of(requireNonNull(Goldens.class.getResource("/goldens/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] read(String name) {
    try {
      return Files.readAllBytes(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> names(String folder) {
    try (Stream<Path> files = Files.list(path(folder))) {
      return files
          .map(file -> folder + "/" + file.getFileName())
          .filter(name -> !name.endsWith(".expected.png"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DecodedImage decode(String name) throws ImageException {
    return DECODER.decode(read(name));
  }

  static Difference difference(DecodedImage first, DecodedImage second) {
    int most = 0;
    long sum = 0;
    for (int index = 0; index < first.rgb().length; index++) {
      int apart = Math.abs((first.rgb()[index] & 0xff) - (second.rgb()[index] & 0xff));
      most = Math.max(most, apart);
      sum += apart;
    }
    return new Difference(most, (double) sum / first.rgb().length);
  }
}
