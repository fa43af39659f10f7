package io.groundstream.images;

/**
 * Converts decoded data units to rows of samples: transforms them, and upsamples each component to
 * one sample per pixel. A row is emitted as soon as all its inputs are decoded, which for smooth
 * chrominance include the row below.
 */
final class JpegOutput {
  /** Receives the rows of the image from top to bottom. */
  interface RowSink {
    /**
     * Receives a row in the order of {@link JpegColumns}.
     *
     * @param y the row's number from the top
     * @param even each component's samples in the even columns; valid during the call
     * @param odd each component's samples in the odd columns; valid during the call
     */
    void accept(int y, int[][] even, int[][] odd);
  }

  /** The quantization of a component without a scan, whose coefficients are all zero. */
  private static final int[] NONE = new int[JpegComponent.COEFFICIENTS];

  private final JpegFrame frame;
  private final int pointTransform;
  private final RowSink sink;
  private final JpegPlane[] planes;
  private final JpegUpsampler[] upsamplers;
  private final int[][] even;
  private final int[][] odd;
  private final JpegTransform[] transforms;
  private int nextRow;

  /**
   * Creates an output.
   *
   * @param pointTransform the number of low bits that a lossless frame omits
   */
  JpegOutput(JpegFrame frame, JpegColumns columns, int pointTransform, RowSink sink) {
    this.frame = frame;
    this.pointTransform = pointTransform;
    this.sink = sink;
    int count = frame.components.length;
    this.planes = new JpegPlane[count];
    this.transforms = new JpegTransform[count];
    this.upsamplers = new JpegUpsampler[count];
    this.even = new int[count][];
    this.odd = new int[count][];
    for (int index = 0; index < count; index++) {
      planes[index] = new JpegPlane(frame, frame.components[index], columns);
      transforms[index] = new JpegTransform(frame.components[index], planes[index]);
      upsamplers[index] = new JpegUpsampler(frame, frame.components[index], planes[index], columns);
      even[index] = upsamplers[index].even;
      odd[index] = upsamplers[index].odd;
    }
  }

  /**
   * Processes a row of MCUs.
   *
   * @param whole whether components hold the data units of the whole image, rather than of this row
   */
  void accept(int mcuRow, boolean whole) {
    for (JpegComponent component : frame.components) {
      int first = mcuRow * component.vertical;
      int until = Math.min(first + component.vertical, component.unitsDown);
      for (int row = first; row < until; row++) {
        int unit = (whole ? row : row - first) * component.paddedAcross;
        if (frame.lossless) {
          scale(component, unit, row);
        } else {
          transform(component, unit, row);
        }
      }
      transforms[component.index].finish();
    }
    int rowsPerMcu = frame.mostVertical * frame.unit();
    int until = (mcuRow + 1) * rowsPerMcu - frame.mostVertical;
    emit(mcuRow == frame.mcusDown - 1 ? frame.height : Math.min(until, frame.height));
  }

  private void transform(JpegComponent component, int unit, int row) {
    JpegPlane plane = planes[component.index];
    JpegTransform transform = transforms[component.index];
    int[] quantization = component.quantization == null ? NONE : component.quantization;
    int start = plane.start(row * JpegComponent.BLOCK);
    int blocks = plane.perGroup / JpegComponent.BLOCK;
    for (int first = 0; first < blocks; first++) {
      transform.start(start + plane.column(first * JpegComponent.BLOCK));
      for (int column = first; column < component.unitsAcross; column += blocks) {
        int block = unit + column;
        transform.inverse(
            component.coefficients,
            block * JpegComponent.COEFFICIENTS,
            component.extents[block],
            quantization);
      }
    }
  }

  /** Scales the samples of a lossless frame to eight bits. */
  private void scale(JpegComponent component, int unit, int row) {
    JpegPlane plane = planes[component.index];
    int start = plane.start(row);
    int most = (1 << frame.precision) - 1;
    for (int column = 0; column < component.unitsAcross; column++) {
      int level = ((component.coefficients[unit + column] & 0xffff) << pointTransform) & most;
      int scaled =
          frame.precision >= 8 ? level >> (frame.precision - 8) : (level * 255 + most / 2) / most;
      plane.samples[start + plane.place(column)] = scaled;
    }
  }

  private void emit(int until) {
    for (; nextRow < until; nextRow++) {
      for (JpegUpsampler upsampler : upsamplers) {
        upsampler.fill(nextRow);
      }
      sink.accept(nextRow, even, odd);
    }
  }

  /** Sets the quantization table of a component at the start of its first scan. */
  static void latchQuantization(JpegComponent component, JpegTables tables) throws ImageException {
    if (component.quantization == null) {
      int[] table = tables.quantization(component.quantizer);
      if (table == null) {
        throw Failures.corrupt(
            "quantization table " + component.quantizer + ": none (expected: one)");
      }
      component.quantization = table;
    }
  }
}
