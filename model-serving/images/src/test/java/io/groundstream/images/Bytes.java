package io.groundstream.images;

import java.nio.charset.StandardCharsets;

/** Searches in the bytes of files that tests change. */
final class Bytes {
  private Bytes() {}

  /** Returns the index of the first occurrence of a part, or -1. */
  static int indexOf(byte[] bytes, byte[] part) {
    for (int index = 0; index + part.length <= bytes.length; index++) {
      if (ImageFormat.startsWith(bytes, index, part)) {
        return index;
      }
    }
    return -1;
  }

  static int indexOf(byte[] bytes, String ascii) {
    return indexOf(bytes, ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
