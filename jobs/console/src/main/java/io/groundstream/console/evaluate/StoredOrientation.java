package io.groundstream.console.evaluate;

import java.io.ByteArrayOutputStream;

/**
 * Removes Exif and XMP from a JPEG, so that it is decoded as it is stored. The datasets' boxes
 * refer to the stored image, and the authors' evaluation did not turn images.
 */
final class StoredOrientation {
  private static final int START_OF_SCAN = 0xDA;
  private static final int APPLICATION_1 = 0xE1;

  private StoredOrientation() {}

  /** Returns the bytes without their APP1 segments; those of any other format unchanged. */
  static byte[] of(byte[] bytes) {
    if (bytes.length < 4 || unsigned(bytes, 0) != 0xFF || unsigned(bytes, 1) != 0xD8) {
      return bytes;
    }
    ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
    kept.write(bytes, 0, 2);
    int start = 2;
    while (start + 4 <= bytes.length && unsigned(bytes, start) == 0xFF) {
      int marker = unsigned(bytes, start + 1);
      int length = (unsigned(bytes, start + 2) << 8) + unsigned(bytes, start + 3);
      if (marker == START_OF_SCAN || start + 2 + length > bytes.length) {
        break;
      }
      if (marker != APPLICATION_1) {
        kept.write(bytes, start, 2 + length);
      }
      start += 2 + length;
    }
    kept.write(bytes, start, bytes.length - start);
    return kept.toByteArray();
  }

  private static int unsigned(byte[] bytes, int index) {
    return bytes[index] & 0xFF;
  }
}
