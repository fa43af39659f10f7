package io.groundstream.images;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The blocks of a file that say how it is to be turned, and which of them counts. */
final class Metadata {
  /** A block of Exif has at most 64 KB in most formats; a larger one is none that says more. */
  private static final int MOST_BYTES = 16 << 20;

  private final ByteArrayOutputStream exif = new ByteArrayOutputStream(0);
  private byte @Nullable [] xmp;

  /**
   * Adds an Exif block, or what follows the one before: a JPEG's segments are too short for all.
   */
  void addExif(byte[] bytes, int start, int end) {
    if (exif.size() + end - start <= MOST_BYTES) {
      exif.write(bytes, start, end - start);
    }
  }

  /** Puts an Exif block in the place of any before. */
  void setExif(byte[] bytes, int start, int end) {
    exif.reset();
    addExif(bytes, start, end);
  }

  /** Puts an XMP packet in the place of any before. */
  void setXmp(byte[] bytes, int start, int end) {
    xmp = Arrays.copyOfRange(bytes, start, end);
  }

  boolean hasExif() {
    return exif.size() > 0;
  }

  boolean hasXmp() {
    return xmp != null;
  }

  /** Returns what the Exif block says; if it lacks the tag, what the XMP packet says. */
  int orientation() {
    byte[] block = exif.toByteArray();
    int inExif = Orientation.ofExif(block, 0, block.length);
    if (inExif != Orientation.ABSENT || xmp == null) {
      return inExif;
    }
    return Orientation.ofXmp(xmp, 0, xmp.length);
  }
}
