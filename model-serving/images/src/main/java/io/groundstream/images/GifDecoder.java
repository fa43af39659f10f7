package io.groundstream.images;

import java.util.Arrays;

/**
 * Decodes the first frame of a GIF (specifications 87a and 89a).
 *
 * <p>The frame is drawn on a screen filled with its transparent colour, or with colour 0 if it has
 * none. A frame that exceeds the screen enlarges it.
 */
final class GifDecoder {
  private static final int MAX_CODES = 4096;
  private static final int CODES_BETWEEN_CHECKS = 4096;
  private static final int[] PASS_START = {0, 4, 2, 1};
  private static final int[] PASS_STEP = {8, 8, 4, 2};

  private final byte[] bytes;
  private final ImageOptions options;
  private final TimeLimit time;
  private final ByteCursor cursor;

  private int transparent;
  private boolean hasTransparent;

  GifDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.bytes = bytes;
    this.options = options;
    this.time = time;
    this.cursor = new ByteCursor(bytes, 6, bytes.length, false);
  }

  StoredImage decode() throws ImageException {
    int screenWidth = cursor.u16();
    int screenHeight = cursor.u16();
    int flags = cursor.u8();
    cursor.skip(2);
    byte[] palette = gray();
    if ((flags & 0x80) != 0) {
      readPalette(flags, palette);
    }
    skipToFrame();
    int left = cursor.u16();
    int top = cursor.u16();
    int frameWidth = cursor.u16();
    int frameHeight = cursor.u16();
    int frameFlags = cursor.u8();
    int width = Math.max(screenWidth, left + frameWidth);
    int height = Math.max(screenHeight, top + frameHeight);
    options.limits().checkSize(width, height);
    if (frameWidth == 0 || frameHeight == 0) {
      throw Failures.corrupt(
          "first frame: " + frameWidth + " x " + frameHeight + " (expected: > 0)");
    }
    if ((frameFlags & 0x80) != 0) {
      palette = gray();
      readPalette(frameFlags, palette);
    }
    byte[] frame = new byte[frameWidth * frameHeight];
    Arrays.fill(frame, (byte) transparent);
    try {
      decodeFrame(frame);
    } catch (ImageException e) {
      if (!options.acceptsTruncated() || !Failures.isDamage(e)) {
        throw e;
      }
    }
    byte[] rgb = new byte[3 * width * height];
    fill(rgb, palette, transparent);
    byte[] alpha = options.keepsAlpha() && hasTransparent ? new byte[width * height] : null;
    boolean interlaced = (frameFlags & 0x40) != 0;
    int row = 0;
    int pass = 0;
    for (int line = 0; line < frameHeight; line++) {
      int out = 3 * ((top + row) * width + left);
      for (int x = 0; x < frameWidth; x++, out += 3) {
        int index = frame[line * frameWidth + x] & 0xff;
        System.arraycopy(palette, 3 * index, rgb, out, 3);
        if (alpha != null && index != transparent) {
          alpha[out / 3] = (byte) 255;
        }
      }
      if (!interlaced) {
        row++;
        continue;
      }
      row += PASS_STEP[pass];
      while (row >= frameHeight && pass < 3) {
        pass++;
        row = PASS_START[pass];
      }
    }
    return new StoredImage(new DecodedImage(width, height, rgb), 0, alpha, null);
  }

  /** Returns the palette of files without one, in which an index is a level of gray. */
  private static byte[] gray() {
    byte[] palette = new byte[3 * 256];
    for (int index = 0; index < palette.length; index++) {
      palette[index] = (byte) (index / 3);
    }
    return palette;
  }

  private void readPalette(int flags, byte[] palette) throws ImageException {
    int length = 3 << ((flags & 7) + 1);
    int start = cursor.position();
    cursor.skip(length);
    Arrays.fill(palette, (byte) 0);
    System.arraycopy(bytes, start, palette, 0, length);
  }

  private static void fill(byte[] rgb, byte[] palette, int index) {
    for (int out = 0; out < rgb.length; out += 3) {
      System.arraycopy(palette, 3 * index, rgb, out, 3);
    }
  }

  private void skipToFrame() throws ImageException {
    while (true) {
      int block = cursor.u8();
      if (block == ',') {
        return;
      }
      if (block == ';') {
        throw Failures.corrupt("no frame (expected: at least one)");
      }
      if (block == '!') {
        boolean control = cursor.u8() == 0xf9;
        for (int size = cursor.u8(); size > 0; size = cursor.u8()) {
          int start = cursor.position();
          cursor.skip(size);
          if (control && size >= 4 && (bytes[start] & 1) != 0) {
            transparent = bytes[start + 3] & 0xff;
            hasTransparent = true;
          }
        }
      }
      // Other bytes between blocks are skipped, as by other decoders.
    }
  }

  /** Unpacks variable-length LZW codes into palette indices. */
  private void decodeFrame(byte[] indices) throws ImageException {
    int literalBits = cursor.u8();
    if (literalBits < 1 || literalBits > 11) {
      throw Failures.corrupt("code size: " + literalBits + " (expected: 1 to 11)");
    }
    int clear = 1 << literalBits;
    int end = clear + 1;
    short[] prefix = new short[MAX_CODES];
    byte[] suffix = new byte[MAX_CODES];
    byte[] stack = new byte[MAX_CODES + 1];
    int next = clear + 2;
    int codeBits = literalBits + 1;
    int previous = -1;
    int first = 0;
    int buffer = 0;
    int bufferBits = 0;
    int block = 0;
    int out = 0;
    int codes = 0;
    while (out < indices.length) {
      if (codes++ % CODES_BETWEEN_CHECKS == 0) {
        time.check();
      }
      while (bufferBits < codeBits) {
        if (block == 0) {
          block = cursor.u8();
          if (block == 0) {
            throw Failures.truncated("frame: its data ends before its last pixel");
          }
        }
        buffer |= cursor.u8() << bufferBits;
        bufferBits += 8;
        block--;
      }
      int code = buffer & ((1 << codeBits) - 1);
      buffer >>>= codeBits;
      bufferBits -= codeBits;
      if (code == clear) {
        next = clear + 2;
        codeBits = literalBits + 1;
        previous = -1;
        continue;
      }
      if (code == end) {
        throw Failures.truncated("frame: its data ends before its last pixel");
      }
      if (code > next || (code == next && previous < 0)) {
        throw Failures.corrupt("frame: code " + code + " (expected: at most " + next + ")");
      }
      int depth = 0;
      int walk = code;
      if (code == next) {
        // The only code that may be used before it is complete repeats its own first pixel.
        stack[depth++] = (byte) first;
        walk = previous;
      }
      while (walk >= clear) {
        stack[depth++] = suffix[walk];
        walk = prefix[walk] & 0xffff;
      }
      first = walk;
      stack[depth++] = (byte) first;
      while (depth > 0 && out < indices.length) {
        indices[out++] = stack[--depth];
      }
      if (previous >= 0 && next < MAX_CODES) {
        prefix[next] = (short) previous;
        suffix[next] = (byte) first;
        next++;
        if (next == 1 << codeBits && codeBits < 12) {
          codeBits++;
        }
      }
      previous = code;
    }
  }
}
