package io.groundstream.console.bench;

import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import io.groundstream.images.ImagePreprocessor;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.ImageProcessing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** The images of a measurement: the files of a folder in turn, or different noise each time. */
public final class Images {
  private static final List<String> SUFFIXES =
      List.of(".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic");
  private static final int CHANNELS = 3;

  private final List<Path> files;
  private final int size;
  private final ImageDecoder decoder;
  private final ImagePreprocessor preprocessor;
  private final LongAdder nanos = new LongAdder();

  private Images(List<Path> files, ImageProcessing processing, ImageOptions images) {
    this.files = files;
    this.size = processing.size();
    this.decoder = new ImageDecoder(images);
    this.preprocessor = new ImagePreprocessor(processing.size());
  }

  static Images noise(ImageProcessing processing) {
    return new Images(List.of(), processing, ImageOptions.defaults());
  }

  static Images of(List<Path> files, ImageProcessing processing, ImageOptions images) {
    return new Images(files, processing, images);
  }

  /** Returns the image files directly in a folder, in the order of their names. */
  public static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isRegularFile)
          .filter(file -> SUFFIXES.stream().anyMatch(lowerCaseName(file)::endsWith))
          .sorted()
          .toList();
    }
  }

  private static String lowerCaseName(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** Returns the image with a number, ready for the network. */
  PreparedImage prepare(int number) throws GroundingException {
    long begin = System.nanoTime();
    try {
      if (files.isEmpty()) {
        return new PreparedImage(size, size, noise(number));
      }
      byte[] bytes = Files.readAllBytes(files.get(number % files.size()));
      return preprocessor.prepare(decoder.decode(bytes));
    } catch (ImageException e) {
      throw GroundingException.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      nanos.add(System.nanoTime() - begin);
    }
  }

  long nanos() {
    return nanos.sum();
  }

  /** Draws noise quickly, because this is part of the measured time. */
  private byte[] noise(int number) {
    byte[] levels = new byte[size * size * CHANNELS];
    new SplittableRandom(number).nextBytes(levels);
    return levels;
  }
}
