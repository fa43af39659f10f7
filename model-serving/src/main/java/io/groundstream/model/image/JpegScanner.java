package io.groundstream.model.image;

import io.groundstream.model.GroundingErrorCode;
import io.groundstream.model.GroundingException;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the markers of a JPEG file (ITU-T T.81, annex B), learns what decides how its
 * samples become colours, and copies what the decoder needs.
 *
 * <p>Application segments stay behind: profiles, thumbnails and vendors' notes have nothing to do
 * with the pixels, and a decoder that never sees them cannot stumble over them. The copy always
 * ends with an end-of-image marker.
 */
final class JpegScanner {
  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int RESTART_FIRST = 0xd0;
  private static final int RESTART_LAST = 0xd7;
  private static final int APPLICATION_EXIF = 0xe1;
  private static final int APPLICATION_PROFILE = 0xe2;
  private static final int APPLICATION_ADOBE = 0xee;

  /** Progressive files have about ten scans; each costs a pass over all blocks of the picture. */
  private static final int MOST_SCANS = 200;

  private static final long MOST_SCANNED_PIXELS = 2_000_000_000L;

  /** Start of image, and a JFIF segment (ITU-T T.871) that says nothing but that it is one. */
  private static final byte[] JFIF_START = {
    (byte) 0xff,
    (byte) 0xd8,
    (byte) 0xff,
    (byte) 0xe0,
    0,
    16,
    'J',
    'F',
    'I',
    'F',
    0,
    1,
    1,
    0,
    0,
    1,
    0,
    1,
    0,
    0
  };

  private static final String PROFILE_PREFIX = "ICC_PROFILE\0";
  private static final String XMP_PREFIX = "http://ns.adobe.com/xap/1.0/\0";

  private final byte[] bytes;
  private final ImageLimits limits;
  private final boolean keepsProfile;
  private final ByteCursor cursor;
  private final Copy stripped;

  private int width;
  private int height;
  private boolean progressive;
  private int[] componentIds = new int[0];
  private int adobeTransform = -1;
  private boolean jfif;
  private final Metadata metadata = new Metadata();
  private int scans;
  private @Nullable ByteArrayOutputStream profile;
  private boolean ended;

  /**
   * Creates a scanner.
   *
   * @param keepsProfile whether to collect the colour profile
   */
  JpegScanner(byte[] bytes, ImageLimits limits, boolean keepsProfile) {
    this.bytes = bytes;
    this.limits = limits;
    this.keepsProfile = keepsProfile;
    this.cursor = new ByteCursor(bytes, 2, bytes.length, true);
    this.stripped = new Copy(bytes.length + JFIF_START.length);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int components() {
    return componentIds.length;
  }

  int orientation() {
    return metadata.orientation();
  }

  /** Returns how many passes over the picture there are. */
  int scans() {
    return scans;
  }

  /** Returns the colour profile, null if there is none or it is not kept. */
  byte @Nullable [] profile() {
    return profile == null ? null : profile.toByteArray();
  }

  /** Returns whether the file itself has its end-of-image marker. */
  boolean ended() {
    return ended;
  }

  boolean progressive() {
    return progressive;
  }

  /** Returns the file without its application segments and comments. */
  ByteInput stripped(TimeLimit time) {
    return stripped.toInput(false, time);
  }

  /** Returns the same as a JFIF file, three components of which are luminance and chrominance. */
  ByteInput strippedWithJfif(TimeLimit time) {
    return stripped.toInput(true, time);
  }

  /** Whether the first three components are luminance and chrominance, as libjpeg decides it. */
  boolean luminanceAndChrominance() {
    if (componentIds.length == 4) {
      return adobeTransform == 2;
    }
    if (jfif) {
      return true;
    }
    if (adobeTransform >= 0) {
      return adobeTransform != 0;
    }
    return !(componentIds[0] == 'R' && componentIds[1] == 'G' && componentIds[2] == 'B');
  }

  /** Reads all segments, or, if that is enough, those that are whole. */
  void scan(boolean lenient) throws GroundingException {
    stripped.writeBytes(JFIF_START);
    try {
      readSegments();
    } catch (GroundingException e) {
      if (!lenient || scans == 0 || e.errorCode() != GroundingErrorCode.IMAGE_TRUNCATED) {
        throw e;
      }
    }
    if (scans == 0) {
      throw Failures.truncated("no scan (expected: the image data)");
    }
    write(END_OF_IMAGE);
  }

  private void readSegments() throws GroundingException {
    while (true) {
      int marker = nextMarker();
      if (marker < 0) {
        break;
      }
      if (marker == END_OF_IMAGE) {
        ended = true;
        break;
      }
      if (marker == START_OF_IMAGE || marker < 0xc0) {
        throw Failures.corrupt("marker " + hex(marker) + " (expected: one that may stand here)");
      }
      if (marker >= RESTART_FIRST && marker <= RESTART_LAST) {
        continue;
      }
      readSegment(marker);
    }
  }

  private int nextMarker() throws GroundingException {
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

  private void readSegment(int marker) throws GroundingException {
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
          0xfe ->
          readApplication(marker, content, end);
      case START_OF_SCAN -> {
        if (componentIds.length == 0) {
          throw Failures.corrupt("a scan before the frame header (expected: after it)");
        }
        scans++;
        if (scans > MOST_SCANS || (long) scans * width * height > MOST_SCANNED_PIXELS) {
          throw Failures.corrupt("scans: more than " + (scans - 1) + " (expected: about ten)");
        }
        int dataEnd = findScanEnd(end);
        copy(marker, start, dataEnd);
        cursor.seek(dataEnd);
      }
      // Tables, restart interval, number of lines.
      case 0xc4, 0xcc, 0xdb, 0xdc, 0xdd -> copy(marker, start, end);
      case 0xc0, 0xc1, 0xc2, 0xc9, 0xca -> {
        readFrame(new ByteCursor(bytes, content, end, true), marker);
        copy(marker, start, end);
      }
      case 0xc3, 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf ->
          throw Failures.unknownFormat(
              "frame type " + hex(marker) + " (expected: baseline, extended or progressive)");
      default -> {
        // Expansion and reserved segments that carry no pixels.
      }
    }
  }

  private void readApplication(int marker, int start, int end) throws GroundingException {
    if (marker == 0xe0 && ImageFormat.startsWith(bytes, start, "JFIF\0")) {
      jfif = true;
    } else if (marker == APPLICATION_EXIF) {
      if (scans > 0) {
        return;
      }
      if (ImageFormat.startsWith(bytes, start, "Exif\0\0")) {
        metadata.addExif(bytes, metadata.hasExif() ? start + 6 : start, end);
      } else if (ImageFormat.startsWith(bytes, start, XMP_PREFIX)) {
        metadata.setXmp(bytes, start + XMP_PREFIX.length(), end);
      }
    } else if (marker == APPLICATION_PROFILE
        && keepsProfile
        && ImageFormat.startsWith(bytes, start, PROFILE_PREFIX)
        && end - start > PROFILE_PREFIX.length() + 2) {
      // Number and count of the segments stand before each; they are written in their order.
      int from = start + PROFILE_PREFIX.length() + 2;
      profile = profile == null ? new ByteArrayOutputStream() : profile;
      profile.write(bytes, from, end - from);
    } else if (marker == APPLICATION_ADOBE
        && end - start >= 12
        && ImageFormat.startsWith(bytes, start, "Adobe")) {
      adobeTransform = bytes[start + 11] & 0xff;
    }
  }

  private void readFrame(ByteCursor frame, int marker) throws GroundingException {
    if (componentIds.length > 0) {
      throw Failures.corrupt("a second frame header (expected: one)");
    }
    int precision = frame.u8();
    int statedHeight = frame.u16();
    int statedWidth = frame.u16();
    int count = frame.u8();
    if (precision != 8) {
      throw Failures.unknownFormat("precision: " + precision + " bits (expected: 8)");
    }
    if (count < 1 || count > 4) {
      throw Failures.corrupt("components: " + count + " (expected: 1 to 4)");
    }
    limits.checkSize(statedWidth, statedHeight);
    width = statedWidth;
    height = statedHeight;
    progressive = marker == 0xc2 || marker == 0xca;
    componentIds = new int[count];
    for (int component = 0; component < count; component++) {
      componentIds[component] = frame.u8();
      frame.skip(2);
    }
    // Every block of 8 x 8 takes at least one bit, and a component may be a quarter of a picture
    // in each direction; a small file cannot hold a large picture.
    long leastBlocks = ((width + 31L) / 32) * ((height + 31L) / 32);
    if (leastBlocks > 8L * bytes.length) {
      throw Failures.truncated("image data: too little for " + width + " x " + height + " pixels");
    }
  }

  private int findScanEnd(int from) {
    for (int position = from; position + 1 < bytes.length; position++) {
      if (bytes[position] == (byte) 0xff) {
        int next = bytes[position + 1] & 0xff;
        boolean data = next == 0 || next == 0xff || (next >= RESTART_FIRST && next <= RESTART_LAST);
        if (!data) {
          return position;
        }
      }
    }
    return bytes.length;
  }

  private void copy(int marker, int start, int end) {
    write(marker);
    stripped.write(bytes, start, end - start);
  }

  private void write(int marker) {
    stripped.write(0xff);
    stripped.write(marker);
  }

  private static String hex(int marker) {
    return "0xFF"
        + Integer.toHexString(0x100 | marker).substring(1).toUpperCase(java.util.Locale.ROOT);
  }

  /** Lets what was written be read where it is. */
  private static final class Copy extends ByteArrayOutputStream {
    Copy(int capacity) {
      super(capacity);
    }

    ByteInput toInput(boolean withJfif, TimeLimit time) {
      if (withJfif) {
        return new ByteInput(buf, 0, count, time);
      }
      // Its start, again, over the end of the segment.
      int start = JFIF_START.length - 2;
      System.arraycopy(JFIF_START, 0, buf, start, 2);
      return new ByteInput(buf, start, count, time);
    }
  }
}
