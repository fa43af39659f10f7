package io.groundstream.model.image;

import io.groundstream.model.GroundingException;

/**
 * Decodes WebP (RFC 9649): lossy, lossless and extended files; of an animation the first frame, on
 * a black canvas. Alpha is dropped, so the separate alpha plane of lossy files is not even read.
 */
final class WebpDecoder {
  private static final int VP8 = 0x20385056;
  private static final int VP8L = 0x4c385056;
  private static final int VP8X = 0x58385056;
  private static final int ANMF = 0x464d4e41;
  private static final int EXIF = 0x46495845;
  private static final int XMP = 0x20504d58;

  private final byte[] bytes;
  private final ImageLimits limits;

  private int canvasWidth;
  private int canvasHeight;
  private int left;
  private int top;
  private int orientation;
  private boolean animated;

  /** Where the first picture's data are; 0 while none was met. */
  private int dataType;

  private int dataStart;
  private int dataEnd;

  WebpDecoder(byte[] bytes, ImageLimits limits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  OrientedImage decode() throws GroundingException {
    ByteCursor cursor = new ByteCursor(bytes, 4, bytes.length, false);
    long riffEnd = cursor.u32() + 8;
    if (riffEnd > bytes.length + 1L) {
      // An odd last chunk may lack its padding byte; anything more is missing data.
      throw Failures.truncated("file: " + bytes.length + " bytes (expected: " + riffEnd + ")");
    }
    cursor.skip(4);
    readChunks(cursor, (int) Math.min(riffEnd, bytes.length));
    if (dataType == 0) {
      throw Failures.corrupt("no picture among the chunks (expected: VP8 or VP8L)");
    }
    DecodedImage frame =
        dataType == VP8
            ? new LossyWebpDecoder(bytes, dataStart, dataEnd, limits).decode()
            : new LosslessWebpDecoder(bytes, dataStart, dataEnd, limits).decode();
    return new OrientedImage(onCanvas(frame), orientation);
  }

  private void readChunks(ByteCursor cursor, int end) throws GroundingException {
    while (end - cursor.position() >= 8) {
      int type = (int) cursor.u32();
      long size = cursor.u32();
      int start = cursor.position();
      if (start + size > end) {
        throw Failures.truncated("chunk: " + size + " bytes (expected: " + (end - start) + ")");
      }
      int chunkEnd = (int) (start + size);
      switch (type) {
        case VP8, VP8L -> {
          if (dataType == 0) {
            dataType = type;
            dataStart = start;
            dataEnd = chunkEnd;
          }
        }
        case VP8X -> {
          cursor.skip(4);
          canvasWidth = cursor.u24() + 1;
          canvasHeight = cursor.u24() + 1;
          limits.checkSize(canvasWidth, canvasHeight);
        }
        case ANMF -> {
          if (dataType == 0 && !animated) {
            animated = true;
            left = 2 * cursor.u24();
            top = 2 * cursor.u24();
            cursor.skip(10);
            readChunks(cursor, chunkEnd);
          }
        }
        case EXIF -> orientation = Orientation.ofExif(bytes, start, chunkEnd);
        case XMP -> {
          if (orientation == 0) {
            orientation = Orientation.ofXmp(bytes, start, chunkEnd);
          }
        }
        default -> {
          // Profiles, alpha planes and unknown chunks change no colour.
        }
      }
      cursor.seek(Math.min(chunkEnd + (size & 1), end));
    }
  }

  private DecodedImage onCanvas(DecodedImage frame) throws GroundingException {
    int width = canvasWidth == 0 ? frame.width() : canvasWidth;
    int height = canvasHeight == 0 ? frame.height() : canvasHeight;
    if (left == 0 && top == 0 && width == frame.width() && height == frame.height()) {
      return frame;
    }
    if (!animated || left + frame.width() > width || top + frame.height() > height) {
      throw Failures.corrupt(
          "frame: "
              + frame.width()
              + " x "
              + frame.height()
              + " (expected: within "
              + width
              + " x "
              + height
              + ")");
    }
    byte[] rgb = new byte[3 * width * height];
    for (int row = 0; row < frame.height(); row++) {
      System.arraycopy(
          frame.rgb(),
          3 * row * frame.width(),
          rgb,
          3 * ((top + row) * width + left),
          3 * frame.width());
    }
    return new DecodedImage(width, height, rgb);
  }
}
