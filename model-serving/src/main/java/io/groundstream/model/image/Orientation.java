package io.groundstream.model.image;

import io.groundstream.model.GroundingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a stored picture is to be turned and mirrored so that it stands as people see it: the
 * Orientation tag (0x0112) of Exif 2.32, section 4.6.5, values 1 (upright) to 8, found in an Exif
 * block or, where that says nothing, in an XMP packet. What cannot be read means upright: metadata
 * never makes a picture unreadable.
 */
final class Orientation {
  static final int UPRIGHT = 1;

  private static final int TAG = 0x0112;
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private Orientation() {}

  /** Returns the orientation in a TIFF structure, as Exif has it, or 0 if it says nothing. */
  static int ofExif(byte[] bytes, int start, int end) {
    int from = start;
    if (ImageFormat.startsWith(bytes, from, "Exif\0\0")) {
      from += 6;
    }
    try {
      if (end - from < 8) {
        return 0;
      }
      boolean bigEndian = bytes[from] == 'M';
      ByteCursor cursor = new ByteCursor(bytes, from, end, bigEndian);
      cursor.skip(4);
      cursor.seek(from + cursor.u32());
      int count = cursor.u16();
      for (int entry = 0; entry < count; entry++) {
        int tag = cursor.u16();
        int type = cursor.u16();
        cursor.skip(4);
        if (tag == TAG) {
          return switch (type) {
            case 1 -> cursor.u8();
            case 3 -> cursor.u16();
            case 4 -> (int) Math.min(cursor.u32(), Integer.MAX_VALUE);
            default -> 0;
          };
        }
        cursor.skip(4);
      }
    } catch (GroundingException e) {
      return 0;
    }
    return 0;
  }

  /** Returns the orientation in an XMP packet, or 0 if it says nothing. */
  static int ofXmp(byte[] bytes, int start, int end) {
    Matcher matcher =
        XMP.matcher(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
    return matcher.find() ? matcher.group(1).charAt(0) - '0' : 0;
  }

  /** Turns a picture; an orientation outside 2 to 8 leaves it as it is. */
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
    // Where the target's first pixel comes from, and how far a step right or down is in the source.
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
