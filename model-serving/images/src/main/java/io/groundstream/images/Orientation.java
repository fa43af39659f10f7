package io.groundstream.images;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and applies the orientation of a stored image: the Orientation tag (0x0112) of Exif 2.32,
 * section 4.6.5, with values from 1 (upright) to 8. It is in an Exif block or, if that lacks the
 * tag, in an XMP packet.
 *
 * <p>The tag is read as by Pillow: with any numeric field type (6/1 is 6) and no other, the last of
 * several tags, and the first of its values. A tag with an invalid value means upright, and the XMP
 * packet is then ignored. Unreadable metadata mean upright too, so that they never make an image
 * unreadable.
 */
final class Orientation {
  /** The value if the file has no orientation. */
  static final int ABSENT = 0;

  static final int UPRIGHT = 1;

  private static final int TAG = 0x0112;
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  /** The bytes per value of the field types 0 to 16; 0 for types that are skipped. */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

  private Orientation() {}

  /** Returns the orientation in an Exif block, which is a TIFF structure, or {@link #ABSENT}. */
  static int ofExif(byte[] bytes, int start, int end) {
    int from = start;
    while (from < end && ImageFormat.startsWith(bytes, from, "Exif\0\0")) {
      from += 6;
    }
    int found = ABSENT;
    try {
      if (end - from < 8 || !isHeader(bytes, from)) {
        return ABSENT;
      }
      ByteCursor cursor = new ByteCursor(bytes, from, end, bytes[from] == 'M');
      cursor.skip(4);
      cursor.seek(from + cursor.u32());
      int fields = cursor.u16();
      for (int field = 0; field < fields; field++) {
        int tag = cursor.u16();
        int type = cursor.u16();
        long count = cursor.u32();
        int next = cursor.position() + 4;
        long length = type < TYPE_BYTES.length ? count * TYPE_BYTES[type] : 0;
        if (length > 4) {
          cursor.seek(from + cursor.u32());
          // A missing value ends the directory; tags before it remain valid.
          int value = cursor.position();
          cursor.skip(length);
          cursor.seek(value);
        }
        if (tag == TAG && length > 0) {
          found = value(type, cursor);
        }
        cursor.seek(next);
      }
    } catch (ImageException e) {
      return found;
    }
    return found;
  }

  private static boolean isHeader(byte[] bytes, int at) {
    boolean order =
        (bytes[at] == 'I' && bytes[at + 1] == 'I') || (bytes[at] == 'M' && bytes[at + 1] == 'M');
    boolean magic =
        (bytes[at + 2] == 42 && bytes[at + 3] == 0) || (bytes[at + 2] == 0 && bytes[at + 3] == 42);
    return order && magic;
  }

  /** Reads the tag's first value, of any field type; an invalid one is upright. */
  static int value(int type, ByteCursor cursor) throws ImageException {
    double value =
        switch (type) {
          case 3 -> cursor.u16();
          case 4, 13 -> cursor.u32();
          case 5 -> (double) cursor.u32() / cursor.u32();
          case 6 -> (byte) cursor.u8();
          case 8 -> (short) cursor.u16();
          case 9 -> (int) cursor.u32();
          case 10 -> (double) (int) cursor.u32() / (int) cursor.u32();
          case 11 -> Float.intBitsToFloat((int) cursor.u32());
          case 12 -> Double.longBitsToDouble(cursor.u64());
          case 16 -> cursor.u64();
          // Bytes and texts are not numbers.
          default -> UPRIGHT;
        };
    for (int orientation = UPRIGHT + 1; orientation <= 8; orientation++) {
      if (value == orientation) {
        return orientation;
      }
    }
    return UPRIGHT;
  }

  /** Returns the orientation in an XMP packet, or {@link #ABSENT}. */
  static int ofXmp(byte[] bytes, int start, int end) {
    return ofXmp(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
  }

  /** Returns the orientation in an XMP packet, or {@link #ABSENT}. */
  static int ofXmp(String packet) {
    Matcher matcher = XMP.matcher(packet);
    return matcher.find() ? matcher.group(1).charAt(0) - '0' : ABSENT;
  }

  /** Applies an orientation to an image; a value outside 2 to 8 returns the image unchanged. */
  static DecodedImage apply(DecodedImage image, int orientation) {
    if (orientation <= UPRIGHT || orientation > 8) {
      return image;
    }
    int width = image.width();
    int height = image.height();
    byte[] source = image.rgb();
    byte[] target = new byte[source.length];
    boolean swapped = orientation >= 5;
    int targetWidth = swapped ? height : width;
    int targetHeight = swapped ? width : height;
    // The source of the target's first pixel, and the source's steps for a step right or down.
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int stepX = fromRight ? -3 : 3;
    int stepY = fromBottom ? -3 * width : 3 * width;
    int right = swapped ? stepY : stepX;
    int down = swapped ? stepX : stepY;
    int rowStart = (fromRight ? 3 * (width - 1) : 0) + (fromBottom ? 3 * width * (height - 1) : 0);
    int out = 0;
    for (int y = 0; y < targetHeight; y++) {
      int in = rowStart;
      for (int x = 0; x < targetWidth; x++) {
        target[out] = source[in];
        target[out + 1] = source[in + 1];
        target[out + 2] = source[in + 2];
        out += 3;
        in += right;
      }
      rowStart += down;
    }
    return new DecodedImage(targetWidth, targetHeight, target);
  }
}
