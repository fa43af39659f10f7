package io.groundstream.model.image;

import static java.util.Objects.requireNonNull;

import io.groundstream.model.GroundingException;
import io.groundstream.model.checkpoint.ImageProcessing;
import io.groundstream.model.checkpoint.Resampling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pictures that the tests are held against, and how to compare with them. */
final class Goldens {
  static final ImageProcessing CLIP =
      new ImageProcessing(
          224,
          new double[] {0.48145466, 0.4578275, 0.40821073},
          new double[] {0.26862954, 0.26130258, 0.27577711},
          1 / 255.0,
          Resampling.BICUBIC);

  private static final ImageDecoder DECODER = new ImageDecoder(ImageOptions.defaults());

  private Goldens() {}

  /** How far two pictures of one size are apart, in levels. */
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

  static DecodedImage decode(String name) throws GroundingException {
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
