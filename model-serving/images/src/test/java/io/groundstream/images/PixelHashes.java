package io.groundstream.images;

import java.util.ArrayList;
import java.util.List;

/**
 * The main class that decodes the corpus and prints each result; {@link OtherJdkTest} starts it.
 */
public final class PixelHashes {
  private static final List<String> FOLDERS =
      List.of("formats", "images", "jpeg", "jpeg-damaged", "hostile", "orientation");

  private PixelHashes() {}

  public static void main(String[] args) {
    all().forEach(System.out::println);
  }

  /** Returns a line for each file: its name, and the hash of its pixels or the error code. */
  static List<String> all() {
    ImageDecoder strict = new ImageDecoder(ImageOptions.defaults());
    ImageDecoder lenient = new ImageDecoder(ImageOptions.defaults().withTruncated(true));
    List<String> lines = new ArrayList<>();
    for (String folder : FOLDERS) {
      for (String name : Goldens.names(folder)) {
        byte[] bytes = Goldens.read(name);
        lines.add(name + "\t" + decode(strict, bytes) + "\t" + decode(lenient, bytes));
      }
    }
    return lines;
  }

  private static String decode(ImageDecoder decoder, byte[] bytes) {
    try {
      return JpegCorpusTest.sha256(decoder.decode(bytes).rgb());
    } catch (ImageException e) {
      return e.errorCode().code();
    }
  }
}
