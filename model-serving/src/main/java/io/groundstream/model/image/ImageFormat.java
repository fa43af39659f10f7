package io.groundstream.model.image;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The formats that can be decoded, told by the first bytes of a file and never by its name. */
enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  GIF,
  BMP,
  TIFF;

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Returns the format that the bytes claim by their signature, or null if they claim none. */
  static @Nullable ImageFormat sniff(byte[] bytes) {
    if (startsWith(bytes, 0, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff})) {
      return JPEG;
    }
    if (startsWith(bytes, 0, PNG_SIGNATURE)) {
      return PNG;
    }
    if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) {
      return WEBP;
    }
    if (startsWith(bytes, 0, "GIF87a") || startsWith(bytes, 0, "GIF89a")) {
      return GIF;
    }
    if (startsWith(bytes, 0, "BM")) {
      return BMP;
    }
    if (startsWith(bytes, 0, new byte[] {'I', 'I', 42, 0})
        || startsWith(bytes, 0, new byte[] {'M', 'M', 0, 42})
        || isBigTiff(bytes)) {
      return TIFF;
    }
    return null;
  }

  /** Whether the bytes are a TIFF whose offsets have 64 bits. */
  static boolean isBigTiff(byte[] bytes) {
    return startsWith(bytes, 0, new byte[] {'I', 'I', 43, 0})
        || startsWith(bytes, 0, new byte[] {'M', 'M', 0, 43});
  }

  static boolean startsWith(byte[] bytes, int offset, String ascii) {
    return startsWith(bytes, offset, ascii.getBytes(StandardCharsets.US_ASCII));
  }

  static boolean startsWith(byte[] bytes, int offset, byte[] prefix) {
    if (offset < 0 || bytes.length - offset < prefix.length) {
      return false;
    }
    for (int index = 0; index < prefix.length; index++) {
      if (bytes[offset + index] != prefix[index]) {
        return false;
      }
    }
    return true;
  }
}
