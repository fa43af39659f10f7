package io.groundstream.images;

/**
 * A JPEG frame: the values of its header (ITU-T T.81, B.2.2), and the sizes that follow from them.
 */
final class JpegFrame {
  static final int MAX_COMPONENTS = 4;

  private static final int MAX_SAMPLING = 4;
  private static final int PROGRESSIVE = 0xc2;
  private static final int LOSSLESS = 0xc3;
  private static final int EXTENDED_ARITHMETIC = 0xc9;
  private static final int PROGRESSIVE_ARITHMETIC = 0xca;

  final int width;
  final int height;

  /** Bits per sample. */
  final int precision;

  final boolean progressive;
  final boolean arithmetic;
  final boolean lossless;
  final JpegComponent[] components;
  final int mostHorizontal;
  final int mostVertical;
  final int mcusAcross;
  final int mcusDown;

  private JpegFrame(int marker, int precision, int width, int height, JpegComponent[] components) {
    this.width = width;
    this.height = height;
    this.precision = precision;
    this.components = components;
    this.progressive = marker == PROGRESSIVE || marker == PROGRESSIVE_ARITHMETIC;
    this.arithmetic = marker == EXTENDED_ARITHMETIC || marker == PROGRESSIVE_ARITHMETIC;
    this.lossless = marker == LOSSLESS;
    int horizontal = 1;
    int vertical = 1;
    for (JpegComponent component : components) {
      horizontal = Math.max(horizontal, component.horizontal);
      vertical = Math.max(vertical, component.vertical);
    }
    this.mostHorizontal = horizontal;
    this.mostVertical = vertical;
    int unit = unit();
    this.mcusAcross = divideUp(width, horizontal * unit);
    this.mcusDown = divideUp(height, vertical * unit);
    for (JpegComponent component : components) {
      component.width = divideUp((long) width * component.horizontal, horizontal);
      component.height = divideUp((long) height * component.vertical, vertical);
      component.unitsAcross = divideUp(component.width, unit);
      component.unitsDown = divideUp(component.height, unit);
      component.paddedAcross = mcusAcross * component.horizontal;
      component.paddedDown = mcusDown * component.vertical;
    }
  }

  /** Returns the width and height of a data unit in samples. */
  int unit() {
    return lossless ? 1 : JpegComponent.BLOCK;
  }

  /**
   * Reads a header.
   *
   * @param lines the number of lines from a later segment, used if the header does not state it
   */
  static JpegFrame read(ByteCursor header, int marker, int lines, ImageLimits limits)
      throws ImageException {
    int precision = header.u8();
    int height = header.u16();
    int width = header.u16();
    int count = header.u8();
    checkPrecision(precision, marker == LOSSLESS);
    if (count < 1 || count > MAX_COMPONENTS) {
      throw Failures.corrupt("components: " + count + " (expected: 1 to " + MAX_COMPONENTS + ")");
    }
    if (header.remaining() != 3 * count) {
      throw Failures.corrupt(
          "frame header: " + header.remaining() + " bytes for " + count + " (expected: 3 each)");
    }
    int statedHeight = height == 0 ? lines : height;
    limits.checkSize(width, statedHeight);
    JpegComponent[] components = new JpegComponent[count];
    for (int index = 0; index < count; index++) {
      int id = header.u8();
      int sampling = header.u8();
      int horizontal = sampling >> 4;
      int vertical = sampling & 15;
      if (horizontal < 1 || horizontal > MAX_SAMPLING || vertical < 1 || vertical > MAX_SAMPLING) {
        throw Failures.corrupt(
            "sampling factors: " + horizontal + " x " + vertical + " (expected: 1 to 4 each)");
      }
      components[index] = new JpegComponent(index, id, horizontal, vertical, header.u8());
    }
    JpegFrame frame = new JpegFrame(marker, precision, width, statedHeight, components);
    for (JpegComponent component : components) {
      if (frame.mostHorizontal % component.horizontal != 0
          || frame.mostVertical % component.vertical != 0) {
        throw Failures.unknownFormat(
            "sampling factors: "
                + component.horizontal
                + " x "
                + component.vertical
                + " of "
                + frame.mostHorizontal
                + " x "
                + frame.mostVertical
                + " (expected: divisors)");
      }
    }
    return frame;
  }

  private static void checkPrecision(int precision, boolean lossless) throws ImageException {
    if (lossless) {
      if (precision < 2 || precision > 16) {
        throw Failures.corrupt("precision: " + precision + " bits (expected: 2 to 16)");
      }
    } else if (precision != 8) {
      throw Failures.unknownFormat("precision: " + precision + " bits (expected: 8)");
    }
  }

  private static int divideUp(long dividend, int divisor) {
    return (int) ((dividend + divisor - 1) / divisor);
  }
}
