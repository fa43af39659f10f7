package io.groundstream.images;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes lossless WebP (RFC 9649, section 3): prefix codes per region, copies of earlier pixels, a
 * cache of recent colours, and up to four transforms.
 */
final class LosslessWebpDecoder {
  private static final int SIGNATURE = 0x2f;
  private static final int LITERALS = 256;
  private static final int LENGTH_PREFIXES = 24;
  private static final int DISTANCE_SYMBOLS = 40;
  private static final int SYMBOLS_BETWEEN_CHECKS = 4096;
  private static final int HASH = 0x1e35a7bd;

  /** The codes of a group, in the order in which they are stored. */
  private static final int GREEN = 0;

  private static final int RED = 1;
  private static final int BLUE = 2;
  private static final int ALPHA = 3;
  private static final int DISTANCE = 4;

  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** Column and row offsets of the nearest pixels, which have the shortest distance codes. */
  private static final int[][] NEIGHBOURS = nearest();

  private final LosslessBits bits;
  private final ImageLimits limits;
  private final TimeLimit time;
  private byte @Nullable [] alpha;

  LosslessWebpDecoder(byte[] bytes, int start, int end, ImageLimits limits, TimeLimit time) {
    this.bits = new LosslessBits(bytes, start, end);
    this.limits = limits;
    this.time = time;
  }

  DecodedImage decode(boolean keepsAlpha) throws ImageException {
    if (bits.read(8) != SIGNATURE) {
      throw Failures.corrupt("lossless signature (expected: 0x2F)");
    }
    int width = bits.read(14) + 1;
    int height = bits.read(14) + 1;
    boolean hasAlpha = bits.readFlag();
    if (bits.read(3) != 0) {
      throw Failures.corrupt("lossless version (expected: 0)");
    }
    limits.checkSize(width, height);
    int[] pixels = readImage(width, height);
    byte[] rgb = new byte[3 * width * height];
    if (keepsAlpha && hasAlpha) {
      alpha = new byte[width * height];
    }
    for (int index = 0, out = 0; out < rgb.length; index++, out += 3) {
      int pixel = pixels[index];
      rgb[out] = (byte) (pixel >> 16);
      rgb[out + 1] = (byte) (pixel >> 8);
      rgb[out + 2] = (byte) pixel;
      if (alpha != null) {
        alpha[index] = (byte) (pixel >>> 24);
      }
    }
    return new DecodedImage(width, height, rgb);
  }

  /** Returns the opacity of the pixels, or null if the image has no alpha or it is not kept. */
  byte @Nullable [] alpha() {
    return alpha;
  }

  /** Decodes the green channel of a stream without a header. */
  byte[] decodePlane(int width, int height) throws ImageException {
    int[] pixels = readImage(width, height);
    byte[] plane = new byte[width * height];
    for (int index = 0; index < plane.length; index++) {
      plane[index] = (byte) (pixels[index] >> 8);
    }
    return plane;
  }

  private int[] readImage(int width, int height) throws ImageException {
    List<LosslessTransform> transforms = readTransforms(width, height);
    int codedWidth =
        transforms.isEmpty() ? width : transforms.get(transforms.size() - 1).codedWidth();
    int[] pixels = readPixels(codedWidth, height, true);
    for (int index = transforms.size() - 1; index >= 0; index--) {
      time.check();
      pixels = transforms.get(index).undo(pixels, height);
    }
    return pixels;
  }

  private List<LosslessTransform> readTransforms(int width, int height) throws ImageException {
    List<LosslessTransform> transforms = new ArrayList<>(4);
    int seen = 0;
    int codedWidth = width;
    while (bits.readFlag()) {
      int type = bits.read(2);
      if ((seen & 1 << type) != 0) {
        throw Failures.corrupt("transform " + type + " (expected: once)");
      }
      seen |= 1 << type;
      LosslessTransform transform =
          switch (type) {
            case LosslessTransform.PREDICTOR, LosslessTransform.COLOR -> {
              int sizeBits = bits.read(3) + 2;
              int[] data =
                  readPixels(blocks(codedWidth, sizeBits), blocks(height, sizeBits), false);
              yield new LosslessTransform(type, codedWidth, codedWidth, sizeBits, data);
            }
            case LosslessTransform.SUBTRACT_GREEN ->
                new LosslessTransform(type, codedWidth, codedWidth, 0, new int[0]);
            default -> readPalette(codedWidth);
          };
      codedWidth = transform.codedWidth();
      transforms.add(transform);
    }
    return transforms;
  }

  private LosslessTransform readPalette(int width) throws ImageException {
    int colors = bits.read(8) + 1;
    int[] palette = readPixels(colors, 1, false);
    for (int index = 1; index < colors; index++) {
      palette[index] = LosslessTransform.add(palette[index], palette[index - 1]);
    }
    int bundling = colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3;
    return new LosslessTransform(
        LosslessTransform.INDEXING,
        width,
        blocks(width, bundling),
        bundling,
        Arrays.copyOf(palette, 256));
  }

  private static int blocks(int size, int sizeBits) {
    return (size + (1 << sizeBits) - 1) >> sizeBits;
  }

  private int[] readPixels(int width, int height, boolean main) throws ImageException {
    int cacheBits = 0;
    if (bits.readFlag()) {
      cacheBits = bits.read(4);
      if (cacheBits < 1 || cacheBits > 11) {
        throw Failures.corrupt("colour cache: " + cacheBits + " bits (expected: 1 to 11)");
      }
    }
    int regionBits = 0;
    int regionsAcross = 0;
    int[] regions = new int[0];
    int groupCount = 1;
    if (main && bits.readFlag()) {
      regionBits = bits.read(3) + 2;
      regionsAcross = blocks(width, regionBits);
      regions = readPixels(regionsAcross, blocks(height, regionBits), false);
      for (int index = 0; index < regions.length; index++) {
        regions[index] = regions[index] >> 8 & 0xffff;
        groupCount = Math.max(groupCount, regions[index] + 1);
      }
    }
    List<PrefixCode[]> groups = new ArrayList<>();
    for (int index = 0; index < groupCount; index++) {
      time.check();
      groups.add(readGroup(cacheBits));
    }
    int[] pixels = new int[width * height];
    int[] cache = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
    int out = 0;
    int cached = 0;
    int x = 0;
    int y = 0;
    int regionMask = regions.length == 0 ? -1 : (1 << regionBits) - 1;
    PrefixCode[] group = groups.get(0);
    boolean newRegion = true;
    int symbols = 0;
    while (out < pixels.length) {
      if (symbols++ % SYMBOLS_BETWEEN_CHECKS == 0) {
        time.check();
      }
      if (regions.length > 0 && (newRegion || (x & regionMask) == 0)) {
        group = groups.get(regions[(y >> regionBits) * regionsAcross + (x >> regionBits)]);
      }
      newRegion = false;
      int symbol = group[GREEN].read(bits);
      int advance = 1;
      if (symbol < LITERALS) {
        int red = group[RED].read(bits);
        int blue = group[BLUE].read(bits);
        int alpha = group[ALPHA].read(bits);
        pixels[out++] = alpha << 24 | red << 16 | symbol << 8 | blue;
      } else if (symbol < LITERALS + LENGTH_PREFIXES) {
        advance = readPrefixed(symbol - LITERALS);
        int distance = distance(readPrefixed(group[DISTANCE].read(bits)), width);
        if (distance > out || advance > pixels.length - out) {
          throw Failures.corrupt("copy of " + advance + " from " + distance + " pixels back");
        }
        for (int count = 0; count < advance; count++, out++) {
          pixels[out] = pixels[out - distance];
        }
        newRegion = true;
      } else {
        // Colours are added to the cache only when it is read.
        for (; cached < out; cached++) {
          cache[(HASH * pixels[cached]) >>> (32 - cacheBits)] = pixels[cached];
        }
        pixels[out++] = cache[symbol - LITERALS - LENGTH_PREFIXES];
      }
      x += advance;
      if (x >= width) {
        y += x / width;
        x %= width;
      }
    }
    return pixels;
  }

  private PrefixCode[] readGroup(int cacheBits) throws ImageException {
    int cacheSize = cacheBits == 0 ? 0 : 1 << cacheBits;
    return new PrefixCode[] {
      readCode(LITERALS + LENGTH_PREFIXES + cacheSize),
      readCode(LITERALS),
      readCode(LITERALS),
      readCode(LITERALS),
      readCode(DISTANCE_SYMBOLS)
    };
  }

  private PrefixCode readCode(int alphabet) throws ImageException {
    int[] lengths = new int[alphabet];
    if (bits.readFlag()) {
      boolean two = bits.readFlag();
      int first = bits.read(bits.readFlag() ? 8 : 1);
      setLength(lengths, first);
      if (two) {
        setLength(lengths, bits.read(8));
      }
      return new PrefixCode(lengths);
    }
    int[] codeLengths = new int[LENGTH_ORDER.length];
    int count = 4 + bits.read(4);
    for (int index = 0; index < count; index++) {
      codeLengths[LENGTH_ORDER[index]] = bits.read(3);
    }
    PrefixCode lengthCode = new PrefixCode(codeLengths);
    int most = alphabet;
    if (bits.readFlag()) {
      most = 2 + bits.read(2 + 2 * bits.read(3));
      if (most > alphabet) {
        throw Failures.corrupt("symbols: " + most + " (expected: at most " + alphabet + ")");
      }
    }
    int previous = 8;
    int symbol = 0;
    while (symbol < alphabet && most-- > 0) {
      int length = lengthCode.read(bits);
      if (length < 16) {
        lengths[symbol++] = length;
        previous = length == 0 ? previous : length;
        continue;
      }
      int repeat =
          switch (length) {
            case 16 -> 3 + bits.read(2);
            case 17 -> 3 + bits.read(3);
            default -> 11 + bits.read(7);
          };
      if (repeat > alphabet - symbol) {
        throw Failures.corrupt("code lengths: more than " + alphabet);
      }
      Arrays.fill(lengths, symbol, symbol + repeat, length == 16 ? previous : 0);
      symbol += repeat;
    }
    return new PrefixCode(lengths);
  }

  private static void setLength(int[] lengths, int symbol) throws ImageException {
    if (symbol >= lengths.length) {
      throw Failures.corrupt("symbol: " + symbol + " (expected: below " + lengths.length + ")");
    }
    lengths[symbol] = 1;
  }

  private int readPrefixed(int symbol) throws ImageException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = (symbol - 2) >> 1;
    return ((2 + (symbol & 1)) << extra) + bits.read(extra) + 1;
  }

  private static int distance(int code, int width) {
    if (code > NEIGHBOURS.length) {
      return code - NEIGHBOURS.length;
    }
    int[] neighbour = NEIGHBOURS[code - 1];
    return Math.max(1, neighbour[0] + neighbour[1] * width);
  }

  /**
   * Returns the offsets in the order of section 4.2.2: by distance, then by column offset, with
   * those to the left first.
   */
  private static int[][] nearest() {
    List<int[]> offsets = new ArrayList<>();
    for (int up = 0; up < 8; up++) {
      for (int left = up == 0 ? 1 : -7; left <= 8; left++) {
        offsets.add(new int[] {left, up});
      }
    }
    offsets.sort(
        Comparator.<int[]>comparingInt(offset -> offset[0] * offset[0] + offset[1] * offset[1])
            .thenComparingInt(offset -> Math.abs(offset[0]))
            .thenComparingInt(offset -> -offset[0]));
    return offsets.toArray(new int[0][]);
  }
}
