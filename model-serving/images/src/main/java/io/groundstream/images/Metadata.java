package io.groundstream.images;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects the metadata blocks of a file and finds the orientation in them. */
final class Metadata {
  /** Far above the 64 KB of Exif blocks in most formats; longer ones are ignored. */
  private static final int MAX_BYTES = 16 << 20;

  private final ByteArrayOutputStream exif = new ByteArrayOutputStream(0);
  private byte @Nullable [] xmp;

  /**
   * Adds an Exif block or the continuation of one, since an Exif block may exceed a JPEG segment.
   */
  void addExif(byte[] bytes, int start, int end) {
    if (exif.size() + end - start <= MAX_BYTES) {
      exif.write(bytes, start, end - start);
    }
  }

  /** Replaces the Exif block. */
  void setExif(byte[] bytes, int start, int end) {
    exif.reset();
    addExif(bytes, start, end);
  }

  /** Replaces the XMP packet. */
  void setXmp(byte[] bytes, int start, int end) {
    xmp = Arrays.copyOfRange(bytes, start, end);
  }

  boolean hasExif() {
    return exif.size() > 0;
  }

  boolean hasXmp() {
    return xmp != null;
  }

  /** Returns the orientation in the Exif block, or in the XMP packet if the block lacks the tag. */
  int orientation() {
    byte[] block = exif.toByteArray();
    int inExif = Orientation.ofExif(block, 0, block.length);
    if (inExif != Orientation.ABSENT || xmp == null) {
      return inExif;
    }
    return Orientation.ofXmp(xmp, 0, xmp.length);
  }
}
