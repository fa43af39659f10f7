package io.groundstream.images;

/**
 * Decodes a TIFF whose strips or tiles are JPEG streams that share their tables (Adobe's Technical
 * Note 2). Each stream is checked like a JPEG file, so that none is larger or has more scans than
 * its part of the image warrants.
 */
final class TiffJpeg {
  private static final int GRAY = 1;
  private static final int RGB = 2;
  private static final int CMYK = 5;
  private static final int YCBCR = 6;

  private static final long MAX_SCANNED_PIXELS = 2_000_000_000L;

  private final byte[] bytes;
  private final TiffDirectory directory;
  private final ImageOptions options;
  private final TimeLimit time;
  private final TiffPixels pixels;
  private final int bands;
  private long scannedPixels;

  TiffJpeg(byte[] bytes, TiffDirectory directory, ImageOptions options, TimeLimit time)
      throws ImageException {
    this.bytes = bytes;
    this.directory = directory;
    this.options = options.withColorProfiles(false);
    this.time = time;
    this.bands = directory.samplesPerPixel;
    int colors =
        switch (directory.photometric) {
          case GRAY -> 1;
          case RGB, YCBCR -> 3;
          case CMYK -> 4;
          default -> 0;
        };
    if (colors == 0 || directory.planar || bands < colors || bands > 4) {
      throw Failures.unknownFormat(
          "JPEG with colours "
              + directory.photometric
              + " and "
              + bands
              + " samples (expected: gray, RGB, YCbCr or CMYK, interleaved)");
    }
    int parts = across() * down();
    if (directory.offsets.length < parts || directory.byteCounts.length < parts) {
      throw Failures.corrupt(
          "strips or tiles: " + directory.offsets.length + " (expected: " + parts + ")");
    }
    this.pixels = new TiffPixels(directory, colors, bands, options);
  }

  TiffPixels decode() throws ImageException {
    int part = 0;
    for (int row = 0; row < down(); row++) {
      for (int column = 0; column < across(); column++, part++) {
        time.check();
        try {
          decodePart(part, column * partWidth(), row * partHeight());
        } catch (ImageException e) {
          // Damaged parts stay black.
          if (!options.acceptsTruncated() || !Failures.isDamage(e)) {
            throw e;
          }
        }
      }
    }
    return pixels;
  }

  private int partWidth() {
    return (int) (directory.isTiled() ? directory.tileWidth : directory.width);
  }

  private int partHeight() {
    return (int)
        (directory.isTiled()
            ? directory.tileHeight
            : Math.max(1, Math.min(directory.rowsPerStrip, directory.height)));
  }

  private int across() {
    return (int) ((directory.width + partWidth() - 1) / partWidth());
  }

  private int down() {
    return (int) ((directory.height + partHeight() - 1) / partHeight());
  }

  private void decodePart(int part, int left, int top) throws ImageException {
    // Without a profile, since profiles belong to the file and not to its parts.
    JpegDecoder decoder = new JpegDecoder(stream(part), options, time);
    JpegFrame frame = decoder.readFrame();
    int columns = (int) Math.min(partWidth(), directory.width - left);
    int rows = (int) Math.min(partHeight(), directory.height - top);
    if (frame.width != partWidth()
        || frame.height < rows
        || frame.height > partHeight()
        || frame.components.length != bands) {
      throw Failures.corrupt(
          "JPEG: "
              + frame.width
              + " x "
              + frame.height
              + ", "
              + frame.components.length
              + " samples (expected: as the directory states)");
    }
    byte[] stored = decoder.readSamples(directory.photometric == YCBCR);
    scannedPixels += (long) decoder.scans() * frame.width * frame.height;
    if (scannedPixels > MAX_SCANNED_PIXELS) {
      throw Failures.corrupt("JPEG: too many scans (expected: about ten each)");
    }
    int[] samples = new int[bands * frame.width];
    for (int y = 0; y < rows; y++) {
      int start = y * samples.length;
      for (int index = 0; index < samples.length; index++) {
        samples[index] = stored[start + index] & 0xff;
      }
      pixels.put(samples, left, top + y, columns);
    }
  }

  /** Returns the stream of a part, preceded by the shared tables. */
  private byte[] stream(int part) throws ImageException {
    long start = directory.offsets[part];
    long length = directory.byteCounts[part];
    if (options.acceptsTruncated()) {
      length = Math.min(length, bytes.length - start);
    }
    if (start < 0 || length < 2 || length > bytes.length || start > bytes.length - length) {
      throw Failures.truncated("JPEG at byte " + start + ": " + length + " bytes (expected: all)");
    }
    // Both start with a start-of-image marker, and the tables end with an end-of-image marker.
    int tables = Math.max(0, directory.jpegTables.length - 4);
    byte[] stream = new byte[(int) length + tables];
    System.arraycopy(bytes, (int) start, stream, 0, 2);
    if (tables > 0) {
      System.arraycopy(directory.jpegTables, 2, stream, 2, tables);
    }
    System.arraycopy(bytes, (int) start + 2, stream, 2 + tables, (int) length - 2);
    return stream;
  }
}
