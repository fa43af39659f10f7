package io.groundstream.images;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The formats that can be decoded. They are detected by a file's first bytes, never by its name.
 */
enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  GIF,
  BMP,
  TIFF,

  /** Decoded in separate processes, if enabled. */
  AVIF,

  /** Decoded in separate processes, if enabled. */
  HEIC;

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** The brands of ISO base media files with images in AV1; below, those in HEVC or any coding. */
  private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");

  private static final Set<String> HEIC_BRANDS =
      Set.of(
          "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "mif2", "mif3", "msf1", "miaf");

  /** More brands than any file has. */
  private static final int MAX_BRANDS = 64;

  /** Returns the format whose signature the bytes have, or null if they have none. */
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
    return startsWith(bytes, 4, "ftyp") ? sniffBrands(bytes) : null;
  }

  /**
   * Detects AVIF and HEIC by the major brand, and then by the compatible ones: AVIF's brand often
   * follows a general one.
   */
  private static @Nullable ImageFormat sniffBrands(byte[] bytes) {
    String major = new String(bytes, 8, Math.min(4, bytes.length - 8), StandardCharsets.US_ASCII);
    if (AVIF_BRANDS.contains(major)) {
      return AVIF;
    }
    long length =
        (bytes[0] & 0xffL) << 24
            | (bytes[1] & 0xff) << 16
            | (bytes[2] & 0xff) << 8
            | (bytes[3] & 0xff);
    int end = (int) Math.min(Math.min(length, bytes.length), 16 + 4 * MAX_BRANDS);
    boolean heic = HEIC_BRANDS.contains(major);
    for (int place = 16; place + 4 <= end; place += 4) {
      String brand = new String(bytes, place, 4, StandardCharsets.US_ASCII);
      if (AVIF_BRANDS.contains(brand) && !major.startsWith("he")) {
        return AVIF;
      }
      heic |= HEIC_BRANDS.contains(brand);
    }
    return heic ? HEIC : null;
  }

  /** Returns whether the bytes are a TIFF with 64-bit offsets. */
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
