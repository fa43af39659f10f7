package io.groundstream.images;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG (ITU-T T.81): baseline, extended and progressive with 8 bits per sample, in Huffman
 * or arithmetic coding, and lossless with 2 to 16 bits, which are converted to 8.
 *
 * <p>The pixels are those of libjpeg-turbo with its accurate integer transform and smooth
 * chrominance, on every JDK. Stored inks are converted as CMYK without profiles; Adobe stores their
 * samples inverted.
 *
 * <p>Libjpeg only warns if data are missing or damaged. Here that is an error, except for stray
 * bytes between segments, which affect no pixel. If the options accept damage, the result is the
 * same as libjpeg's.
 *
 * <p>A sequential image with all components in one scan is decoded row by row. Other images take
 * two bytes per sample until their last scan is decoded.
 */
final class JpegDecoder {
  private final JpegScanner scanner;
  private final TimeLimit time;

  private @Nullable JpegFrame frame;
  private @Nullable JpegScan firstScan;

  /** Creates a decoder of a file. */
  JpegDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.scanner =
        new JpegScanner(
            bytes, options.limits(), options.appliesColorProfiles(), options.acceptsTruncated());
    this.time = time;
  }

  StoredImage decode() throws ImageException {
    JpegFrame header = readFrame();
    int count = header.components.length;
    if (count == 2) {
      throw Failures.corrupt("components: 2 (expected: 1, 3 or 4)");
    }
    JpegApplications applications = scanner.applications();
    byte[] rgb = new byte[3 * header.width * header.height];
    ColorProfile inks = count == 4 ? ColorProfile.of(applications.profile()) : null;
    boolean chroma = applications.luminanceAndChrominance(header);
    JpegColumns columns = new JpegColumns(header);
    decode(
        columns,
        count == 4
            ? new JpegInks(header.width, columns, chroma, inks, rgb)
            : new JpegColors(header.width, columns, chroma, rgb));
    return new StoredImage(
        new DecodedImage(header.width, header.height, rgb),
        applications.orientation(),
        null,
        inks == null ? applications.profile() : null);
  }

  /** Reads up to the first scan; nothing of the image's size is allocated before that. */
  JpegFrame readFrame() throws ImageException {
    time.check();
    firstScan = scanner.nextScan();
    if (firstScan == null) {
      throw Failures.truncated("no scan (expected: the image data)");
    }
    frame = scanner.frame();
    return frame;
  }

  /**
   * Decodes the stored samples, upsampled and interleaved with one per component and pixel. Must be
   * called after {@link #readFrame}.
   *
   * @param chroma whether the first three components are luminance and chrominance, to be converted
   *     to RGB
   */
  byte[] readSamples(boolean chroma) throws ImageException {
    JpegFrame header = requireNonNull(frame);
    int count = header.components.length;
    JpegColumns columns = new JpegColumns(header);
    boolean converts = chroma && count > 2;
    JpegChroma evenChroma = new JpegChroma(columns.half(), converts ? count : 3);
    JpegChroma oddChroma = new JpegChroma(columns.half(), converts ? count : 3);
    byte[] levels = new byte[Math.multiplyExact(count, header.width * header.height)];
    decode(
        columns,
        (y, even, odd) -> {
          int[][] left = converts ? evenChroma.toRgb(even) : even;
          int[][] right = converts ? oddChroma.toRgb(odd) : odd;
          columns.interleave(left, right, levels, count * header.width * y, header.width);
        });
    return levels;
  }

  /** Returns the number of passes over the image. */
  int scans() {
    return scanner.scans();
  }

  private void decode(JpegColumns columns, JpegOutput.RowSink sink) throws ImageException {
    JpegFrame header = requireNonNull(frame);
    JpegScan first = requireNonNull(firstScan);
    JpegOutput output = new JpegOutput(header, columns, header.lossless ? first.low() : 0, sink);
    boolean whole =
        header.progressive
            || header.lossless
            || first.components().length < header.components.length;
    JpegMemory.allocate(header, whole, first);
    if (whole) {
      decodeScans(header, first);
      for (int row = 0; row < header.mcusDown; row++) {
        time.check();
        output.accept(row, true);
      }
    } else {
      decodeRows(header, first, output);
    }
  }

  /** Decodes an image of one scan, and then checks the rest of the file. */
  private void decodeRows(JpegFrame header, JpegScan scan, JpegOutput output)
      throws ImageException {
    int[] rows = {0};
    try {
      JpegEntropyDecoder decoder = decoder(header, scan);
      decoder.decode(
          false,
          row -> {
            output.accept(row, false);
            JpegMemory.clear(header);
            rows[0] = row + 1;
          });
      scanner.continueAt(decoder.position);
    } catch (ImageException e) {
      if (!scanner.forgives(e)) {
        throw e;
      }
    }
    JpegMemory.clear(header);
    for (int row = rows[0]; row < header.mcusDown; row++) {
      output.accept(row, false);
    }
    JpegScan another = scan;
    while (another != null) {
      another = scanner.nextScan();
    }
  }

  private void decodeScans(JpegFrame header, JpegScan first) throws ImageException {
    JpegProgress progress = header.progressive ? new JpegProgress(header.components.length) : null;
    boolean[] seen = new boolean[header.components.length];
    int lastGoodRow = 0;
    JpegScan scan = first;
    while (scan != null) {
      try {
        if (progress != null) {
          progress.begin(scan, scanner);
        }
        JpegEntropyDecoder decoder = decoder(header, scan);
        decoder.decode(true, row -> {});
        lastGoodRow = decoder.lastGoodRow();
        scanner.continueAt(decoder.position);
      } catch (ImageException e) {
        if (!scanner.forgives(e)) {
          throw e;
        }
        break;
      }
      for (JpegComponent component : scan.components()) {
        seen[component.index] = true;
      }
      scan = scanner.nextScan();
    }
    checkWhole(header, seen);
    if (progress != null) {
      JpegSmoothing.apply(header, progress, lastGoodRow, time);
    }
  }

  private void checkWhole(JpegFrame header, boolean[] seen) throws ImageException {
    if (scanner.lenient()) {
      return;
    }
    // A progressive file without an end marker may lack any number of scans.
    if (header.progressive && !scanner.ended()) {
      throw Failures.truncated("no end-of-image marker (expected: one after the last scan)");
    }
    for (int index = 0; index < seen.length; index++) {
      if (!seen[index]) {
        String message = "component " + index + ": no scan (expected: one)";
        throw scanner.ended() ? Failures.corrupt(message) : Failures.truncated(message);
      }
    }
  }

  private JpegEntropyDecoder decoder(JpegFrame header, JpegScan scan) throws ImageException {
    if (header.lossless) {
      return new JpegLosslessDecoder(scanner, scan, time);
    }
    for (JpegComponent component : scan.components()) {
      JpegOutput.latchQuantization(component, scanner.tables());
    }
    if (header.arithmetic) {
      return new JpegArithmeticDecoder(scanner, scan, time);
    }
    return header.progressive
        ? new JpegProgressiveDecoder(scanner, scan, time)
        : new JpegSequentialDecoder(scanner, scan, time);
  }
}
