package io.groundstream.images;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Reads the segments of a JPEG file (ITU-T T.81, annex B) from scan to scan, and collects the
 * tables for decoding, the meaning of the components and the metadata.
 *
 * <p>Stray bytes between segments are skipped. Any other fault is an error, or, if damage is
 * accepted, the end of the image, which then consists of what was decoded before.
 */
final class JpegScanner {
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int NUMBER_OF_LINES = 0xdc;
  private static final int RESTART_FIRST = 0xd0;
  private static final int RESTART_LAST = 0xd7;
  private static final int TEMPORARY = 0x01;

  /** Progressive files have about ten scans; each costs a pass over all blocks of the image. */
  private static final int MAX_SCANS = 200;

  private static final long MAX_SCANNED_PIXELS = 2_000_000_000L;

  private final byte[] bytes;
  private final ImageLimits limits;
  private final boolean lenient;
  private final ByteCursor cursor;
  private final JpegTables tables = new JpegTables();
  private final JpegApplications applications;

  private @Nullable JpegFrame frame;
  private @Nullable JpegScan scan;
  private int scans;
  private boolean ended;

  /**
   * Creates a scanner.
   *
   * @param keepsProfile whether to keep the colour profile
   * @param lenient whether to accept missing or damaged data after the start of the first scan
   */
  JpegScanner(byte[] bytes, ImageLimits limits, boolean keepsProfile, boolean lenient) {
    this.bytes = bytes;
    this.limits = limits;
    this.applications = new JpegApplications(bytes, keepsProfile);
    this.lenient = lenient;
    this.cursor = new ByteCursor(bytes, Math.min(2, bytes.length), bytes.length, true);
  }

  byte[] bytes() {
    return bytes;
  }

  /** Returns the frame; call this only after the first scan. */
  JpegFrame frame() {
    return requireNonNull(frame);
  }

  JpegTables tables() {
    return tables;
  }

  /** Returns the content of the application segments. */
  JpegApplications applications() {
    return applications;
  }

  /** Returns the number of passes over the image so far. */
  int scans() {
    return scans;
  }

  boolean lenient() {
    return lenient;
  }

  /** Returns whether the end-of-image marker was reached. */
  boolean ended() {
    return ended;
  }

  /**
   * Reads up to the next scan.
   *
   * @return null at the end of the image
   */
  @Nullable JpegScan nextScan() throws ImageException {
    try {
      scan = null;
      while (scan == null && !ended) {
        int marker = nextMarker();
        if (marker < 0) {
          return null;
        }
        if (marker == END_OF_IMAGE) {
          ended = true;
        } else if (marker == START_OF_IMAGE || (marker < 0xc0 && marker != TEMPORARY)) {
          throw Failures.corrupt("marker " + hex(marker) + " (expected: one that is allowed here)");
        } else if (marker != TEMPORARY && !isRestart(marker)) {
          readSegment(marker);
        }
      }
    } catch (ImageException e) {
      if (!forgives(e)) {
        throw e;
      }
      return null;
    }
    return scan;
  }

  /** Returns whether an error only ends the image, since its first scan has started. */
  boolean forgives(ImageException e) {
    return lenient
        && scans > 0
        && (e.errorCode() == ImageErrorCode.IMAGE_TRUNCATED
            || e.errorCode() == ImageErrorCode.IMAGE_CORRUPT
            || e.errorCode() == ImageErrorCode.IMAGE_FORMAT_UNKNOWN);
  }

  /** Continues after a scan's data, which were read up to a position. */
  void continueAt(int position) throws ImageException {
    cursor.seek(position);
  }

  /**
   * Reports damage that affects pixels.
   *
   * @param position where the damage was found
   * @throws ImageException unless damage is accepted
   */
  void damaged(String what, int position) throws ImageException {
    if (!lenient) {
      String message = "image data: " + what + " (expected: complete, undamaged data)";
      throw hasEnd(position) ? Failures.corrupt(message) : Failures.truncated(message);
    }
  }

  /** Returns whether an end-of-image marker follows. */
  private boolean hasEnd(int from) {
    int position = from;
    while (position + 1 < bytes.length) {
      int marker = bytes[position] == (byte) 0xff ? bytes[position + 1] & 0xff : 0;
      if (marker == END_OF_IMAGE) {
        return true;
      }
      boolean segment = marker >= 0xc0 && marker != 0xff && !isRestart(marker);
      if (segment && position + 3 < bytes.length) {
        position += 2 + ((bytes[position + 2] & 0xff) << 8 | (bytes[position + 3] & 0xff));
      } else {
        position++;
      }
    }
    return false;
  }

  private int nextMarker() throws ImageException {
    int previous = 0;
    while (cursor.remaining() > 0) {
      int value = cursor.u8();
      if (previous == 0xff && value != 0xff && value != 0) {
        return value;
      }
      previous = value;
    }
    return -1;
  }

  private void readSegment(int marker) throws ImageException {
    int start = cursor.position();
    int length = cursor.u16();
    if (length < 2) {
      throw Failures.corrupt("segment length: " + length + " (expected: >= 2)");
    }
    cursor.seek(start + (long) length);
    int content = start + 2;
    int end = start + length;
    switch (marker) {
      // Application segments and comments.
      case 0xe0,
          0xe1,
          0xe2,
          0xe3,
          0xe4,
          0xe5,
          0xe6,
          0xe7,
          0xe8,
          0xe9,
          0xea,
          0xeb,
          0xec,
          0xed,
          0xee,
          0xef,
          0xfe -> {
        // Segments that affect pixels precede them.
        if (scans == 0) {
          applications.read(marker, content, end);
        }
      }
      case START_OF_SCAN -> scan = readScan(new ByteCursor(bytes, content, end, true), end);
      case 0xc4 -> tables.readHuffman(new ByteCursor(bytes, content, end, true));
      case 0xcc -> tables.readConditioning(new ByteCursor(bytes, content, end, true));
      case 0xdb -> tables.readQuantization(new ByteCursor(bytes, content, end, true));
      case 0xdd -> tables.readRestartInterval(new ByteCursor(bytes, content, end, true));
      case 0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca -> readFrame(content, end, marker);
      case 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf ->
          throw Failures.unknownFormat(
              "frame type "
                  + hex(marker)
                  + " (expected: baseline, extended, progressive or lossless)");
      default -> {
        // Skips expansion and reserved segments, which have no pixels.
      }
    }
  }

  private void readFrame(int content, int end, int marker) throws ImageException {
    if (frame != null) {
      throw Failures.corrupt("a second frame header (expected: one)");
    }
    boolean withoutHeight = end - content > 2 && bytes[content + 1] == 0 && bytes[content + 2] == 0;
    int lines = withoutHeight ? findNumberOfLines(end) : 0;
    JpegFrame read =
        JpegFrame.read(new ByteCursor(bytes, content, end, true), marker, lines, limits);
    // Every Huffman-coded block of 8 x 8 takes at least one bit, and a component has at least a
    // quarter of the image's width and height, so a small file cannot hold a large image.
    long leastBlocks = ((read.width + 31L) / 32) * ((read.height + 31L) / 32);
    if (!read.arithmetic && leastBlocks > 8L * bytes.length) {
      throw Failures.truncated(
          "image data: too little for " + read.width + " x " + read.height + " pixels");
    }
    frame = read;
  }

  /** Returns the number of lines that a segment after the first scan states, or 0. */
  private int findNumberOfLines(int from) {
    for (int position = from; position + 5 < bytes.length; position++) {
      if (bytes[position] == (byte) 0xff
          && (bytes[position + 1] & 0xff) == NUMBER_OF_LINES
          && bytes[position + 2] == 0
          && bytes[position + 3] == 4) {
        return (bytes[position + 4] & 0xff) << 8 | (bytes[position + 5] & 0xff);
      }
    }
    return 0;
  }

  private JpegScan readScan(ByteCursor header, int dataStart) throws ImageException {
    if (frame == null) {
      throw Failures.corrupt("a scan before the frame header (expected: after it)");
    }
    scans++;
    if (scans > MAX_SCANS || (long) scans * frame.width * frame.height > MAX_SCANNED_PIXELS) {
      throw Failures.corrupt("scans: more than " + (scans - 1) + " (expected: about ten)");
    }
    int count = header.u8();
    if (count < 1 || count > frame.components.length || header.remaining() != 2 * count + 3) {
      throw Failures.corrupt(
          "scan header: " + count + " components (expected: as many as it lists)");
    }
    JpegComponent[] components = new JpegComponent[count];
    for (int index = 0; index < count; index++) {
      components[index] = component(header.u8(), components, index);
      int selectors = header.u8();
      components[index].dcTable = selectors >> 4;
      components[index].acTable = selectors & 15;
    }
    int first = header.u8();
    int last = header.u8();
    int approximation = header.u8();
    return new JpegScan(components, first, last, approximation >> 4, approximation & 15, dataStart);
  }

  private JpegComponent component(int id, JpegComponent[] taken, int count) throws ImageException {
    for (JpegComponent component : frame().components) {
      boolean free = true;
      for (int index = 0; index < count; index++) {
        free &= taken[index] != component;
      }
      if (component.id == id && free) {
        return component;
      }
    }
    throw Failures.corrupt("scan: component " + id + " (expected: one of the frame's, once)");
  }

  private static boolean isRestart(int marker) {
    return marker >= RESTART_FIRST && marker <= RESTART_LAST;
  }

  private static String hex(int marker) {
    return "0xFF"
        + Integer.toHexString(0x100 | marker).substring(1).toUpperCase(java.util.Locale.ROOT);
  }
}
