package io.groundstream.images;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes WebP (RFC 9649): lossy, lossless and extended files. Of an animation, it decodes the
 * first frame, on a black and transparent canvas. The separate alpha plane of lossy files is
 * decoded only if alpha is kept.
 */
final class WebpDecoder {
  private static final int VP8 = 0x20385056;
  private static final int VP8L = 0x4c385056;
  private static final int VP8X = 0x58385056;
  private static final int ANMF = 0x464d4e41;
  private static final int ALPH = 0x48504c41;
  private static final int ICCP = 0x50434349;
  private static final int EXIF = 0x46495845;
  private static final int XMP = 0x20504d58;
  private static final int HAS_EXIF = 8;
  private static final int HAS_XMP = 4;

  private final byte[] bytes;
  private final ImageOptions options;
  private final TimeLimit time;

  private int canvasWidth;
  private int canvasHeight;
  private int left;
  private int top;
  private final Metadata metadata = new Metadata();

  /** The flags of the extended header; metadata that they do not announce are ignored. */
  private int features;

  private boolean animated;

  /** The type of the first image's data, with its range below; 0 until it is found. */
  private int dataType;

  private int dataStart;
  private int dataEnd;

  /** The start of the alpha plane before it, with its end below; 0 if there is none. */
  private int alphaStart;

  private int alphaEnd;
  private byte @Nullable [] alpha;
  private byte @Nullable [] profile;

  WebpDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.bytes = bytes;
    this.options = options;
    this.time = time;
  }

  StoredImage decode() throws ImageException {
    ByteCursor cursor = new ByteCursor(bytes, 4, bytes.length, false);
    long riffEnd = cursor.u32() + 8;
    if (riffEnd > bytes.length + 1L && !options.acceptsTruncated()) {
      // An odd last chunk may lack its padding byte; anything more is missing data.
      throw Failures.truncated("file: " + bytes.length + " bytes (expected: " + riffEnd + ")");
    }
    cursor.skip(4);
    readChunks(cursor, (int) Math.min(riffEnd, bytes.length));
    if (dataType == 0) {
      throw Failures.corrupt("no image among the chunks (expected: VP8 or VP8L)");
    }
    DecodedImage frame = decodeFrame();
    return new StoredImage(onCanvas(frame), metadata.orientation(), alpha, profile);
  }

  private DecodedImage decodeFrame() throws ImageException {
    if (dataType != VP8) {
      LosslessWebpDecoder decoder =
          new LosslessWebpDecoder(bytes, dataStart, dataEnd, options.limits(), time);
      DecodedImage frame = decoder.decode(options.keepsAlpha());
      alpha = decoder.alpha();
      return frame;
    }
    DecodedImage frame =
        new LossyWebpDecoder(bytes, dataStart, dataEnd, options.limits(), time).decode();
    if (options.keepsAlpha() && alphaStart > 0) {
      alpha =
          WebpAlpha.decode(
              bytes, alphaStart, alphaEnd, frame.width(), frame.height(), options.limits(), time);
    }
    return frame;
  }

  private void readChunks(ByteCursor cursor, int end) throws ImageException {
    while (end - cursor.position() >= 8) {
      int type = (int) cursor.u32();
      long size = cursor.u32();
      int start = cursor.position();
      if (start + size > end) {
        if (dataType != 0 && options.acceptsTruncated()) {
          // Only data after the image are cut off.
          return;
        }
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
          features = cursor.u8();
          cursor.skip(3);
          canvasWidth = cursor.u24() + 1;
          canvasHeight = cursor.u24() + 1;
          options.limits().checkSize(canvasWidth, canvasHeight);
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
        case ALPH -> {
          if (dataType == 0 && alphaStart == 0) {
            alphaStart = start;
            alphaEnd = chunkEnd;
          }
        }
        case ICCP -> {
          if (options.appliesColorProfiles()) {
            profile = Arrays.copyOfRange(bytes, start, chunkEnd);
          }
        }
        case EXIF -> {
          if ((features & HAS_EXIF) != 0 && !metadata.hasExif()) {
            metadata.addExif(bytes, start, chunkEnd);
          }
        }
        case XMP -> {
          if ((features & HAS_XMP) != 0 && !metadata.hasXmp()) {
            metadata.setXmp(bytes, start, chunkEnd);
          }
        }
        default -> {
          // Unknown chunks do not affect colours.
        }
      }
      cursor.seek(Math.min(chunkEnd + (size & 1), end));
    }
  }

  private DecodedImage onCanvas(DecodedImage frame) throws ImageException {
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
    if (options.keepsAlpha()) {
      alpha = alphaOnCanvas(frame, width, height);
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

  /** Returns the opacity of the canvas, which is transparent around the frame. */
  private byte[] alphaOnCanvas(DecodedImage frame, int width, int height) {
    byte[] target = new byte[width * height];
    for (int row = 0; row < frame.height(); row++) {
      int to = (top + row) * width + left;
      if (alpha == null) {
        Arrays.fill(target, to, to + frame.width(), (byte) 255);
      } else {
        System.arraycopy(alpha, row * frame.width(), target, to, frame.width());
      }
    }
    return target;
  }
}
