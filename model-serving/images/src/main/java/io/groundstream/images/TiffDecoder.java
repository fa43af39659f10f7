package io.groundstream.images;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the first page of a TIFF: {@link TiffParts} unpacks its strips or tiles, {@link
 * TiffSamples} converts their samples to levels, and {@link TiffRows} converts these to RGB,
 * without colour profile or gamma. {@link TiffJpeg} decodes strips and tiles that are JPEG.
 */
final class TiffDecoder {
  private static final byte[] JPEG_START = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;

  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int MASK = 4;
  private static final int CMYK = 5;
  private static final int YCBCR = 6;
  private static final int CIE_LAB = 8;
  private static final int ICC_LAB = 9;

  private static final int FLOATING_POINT = 3;
  private static final int COMPLEX_INTEGERS = 5;

  /** Four samples of 64 bits; bounds the memory of a strip of the whole image. */
  private static final int MAX_PIXEL_BITS = 256;

  private final byte[] bytes;
  private final ImageOptions options;
  private final TimeLimit time;

  TiffDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.bytes = bytes;
    this.options = options;
    this.time = time;
  }

  StoredImage decode() throws ImageException {
    TiffDirectory directory = TiffDirectory.read(bytes, options.limits());
    if (directory.compression == OLD_JPEG) {
      return oldJpeg(directory);
    }
    TiffPixels pixels =
        directory.compression == JPEG
            ? new TiffJpeg(bytes, directory, options, time).decode()
            : read(directory);
    byte @Nullable [] profile =
        options.appliesColorProfiles() && !pixels.appliedProfile() ? directory.profile : null;
    return new StoredImage(
        new DecodedImage((int) directory.width, (int) directory.height, pixels.rgb),
        directory.orientation(),
        pixels.alpha,
        profile);
  }

  /**
   * Decodes an old-style JPEG TIFF, which states the position of a JPEG stream (TIFF 6.0, section
   * 22). If that is a complete stream of the image's size, it is the image. In other files, which
   * are rare, it has only the tables.
   */
  private StoredImage oldJpeg(TiffDirectory directory) throws ImageException {
    long start = directory.jpegStream;
    if (start <= 0 && directory.offsets.length == 1) {
      start = directory.offsets[0];
    }
    long length = directory.jpegStreamBytes > 0 ? directory.jpegStreamBytes : bytes.length;
    int from = (int) Math.max(0, Math.min(start, bytes.length));
    int until = (int) Math.min(bytes.length, from + length);
    if (ImageFormat.startsWith(bytes, from, JPEG_START)) {
      StoredImage stored =
          new JpegDecoder(Arrays.copyOfRange(bytes, from, until), options, time).decode();
      DecodedImage image = stored.image();
      if (image.width() == directory.width && image.height() == directory.height) {
        return new StoredImage(image, directory.orientation(), null, stored.profile());
      }
    }
    throw Failures.unsupportedFormat(
        "compression: old-style JPEG (6) without a complete stream (expected: JPEG, 7; convert it"
            + " to TIFF with LZW, or to PNG)");
  }

  private TiffPixels read(TiffDirectory directory) throws ImageException {
    int colors = colors(directory);
    int samples = directory.samplesPerPixel;
    boolean palette = directory.photometric == PALETTE;
    int stored = palette ? 1 : colors;
    if (samples < stored) {
      throw Failures.corrupt("samples: " + samples + " (expected: at least " + stored + ")");
    }
    if (directory.sampleFormat >= COMPLEX_INTEGERS
        || samples * directory.bitsPerSample > MAX_PIXEL_BITS
        || (directory.sampleFormat == FLOATING_POINT && directory.bitsPerSample % 8 != 0)
        || (directory.sampleFormat == FLOATING_POINT && directory.bitsPerSample < 16)) {
      throw Failures.unsupportedFormat(
          "samples: "
              + samples
              + " of "
              + directory.bitsPerSample
              + " bits, format "
              + directory.sampleFormat
              + " (expected: whole numbers, or floating-point ones of 16 bits or more; at most "
              + MAX_PIXEL_BITS
              + " bits per pixel)");
    }
    boolean subsampled =
        directory.photometric == YCBCR
            && !directory.planar
            && samples == 3
            && directory.ycbcrAcross * directory.ycbcrDown > 1;
    if (directory.photometric == YCBCR && samples >= 3) {
      checkChroma(directory, subsampled);
    }
    boolean alpha = directory.extraSample == 1 || directory.extraSample == 2;
    int needed = directory.planar ? Math.min(samples, stored + (alpha ? 1 : 0)) : samples;
    int planes = directory.planar ? needed : 1;
    try (TiffParts parts = new TiffParts(bytes, directory, planes, subsampled, options, time)) {
      TiffRows rows = new TiffRows(directory, parts, colors, needed, subsampled, options, time);
      return rows.read();
    }
  }

  private static void checkChroma(TiffDirectory directory, boolean subsampled)
      throws ImageException {
    int across = directory.ycbcrAcross;
    int down = directory.ycbcrDown;
    boolean known =
        (across == 1 || across == 2 || across == 4) && (down == 1 || down == 2 || down == 4);
    if (!known || directory.bitsPerSample != Byte.SIZE || (!subsampled && across * down > 1)) {
      throw Failures.unsupportedFormat(
          "luminance and chrominance of "
              + directory.bitsPerSample
              + " bits, subsampled "
              + across
              + " x "
              + down
              + " (expected: 8 bits; factors of 1, 2 or 4 if samples are interleaved)");
    }
  }

  private static int colors(TiffDirectory directory) throws ImageException {
    return switch (directory.photometric) {
      // Without the field, white is 0, as in fax, from which the format stems.
      case -1, WHITE_IS_ZERO, BLACK_IS_ZERO, MASK -> 1;
      case RGB, PALETTE, CIE_LAB, ICC_LAB -> 3;
      case YCBCR -> directory.samplesPerPixel == 1 ? 1 : 3;
      case CMYK -> 4;
      default ->
          throw Failures.unsupportedFormat(
              "colours: "
                  + name(directory.photometric)
                  + " (expected: gray, RGB, palette, CMYK, YCbCr or CIE L*a*b*; convert it to"
                  + " RGB)");
    };
  }

  private static String name(int photometric) {
    return switch (photometric) {
      case 10 -> "ITU L*a*b* (10)";
      case 32803 -> "a camera's colour filters (32803)";
      case 32844, 32845 -> "logarithmic luminance (" + photometric + ")";
      case 34892 -> "a camera's linear raw (34892)";
      default -> String.valueOf(photometric);
    };
  }
}
