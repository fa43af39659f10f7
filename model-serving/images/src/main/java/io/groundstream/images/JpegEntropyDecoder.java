package io.groundstream.images;

/**
 * Decodes the data units of a JPEG scan in their order, and handles the restart markers between
 * them. Missing data and markers out of order are treated as by libjpeg, so that an accepted
 * damaged image has the same pixels.
 *
 * <p>For one scan; not thread-safe.
 */
abstract class JpegEntropyDecoder {
  private static final int END_OF_IMAGE = 0xd9;
  private static final int FIRST_FRAME = 0xc0;
  private static final int RESTART_FIRST = 0xd0;

  /** Receives a call after each row of MCUs is decoded. */
  interface RowListener {
    void rowDecoded(int row) throws ImageException;
  }

  final byte[] bytes;
  final JpegFrame frame;
  final JpegScan scan;

  /** The position of the next byte, or of the marker that was found. */
  int position;

  /** The marker that was found; 0 if none was. */
  int marker;

  /** Whether data are missing up to the next restart marker, so that data units are not changed. */
  boolean starved;

  private final JpegScanner scanner;
  private final int restartInterval;
  private final TimeLimit time;
  private int untilRestart;
  private int nextRestart;
  private int lastGoodRow;

  JpegEntropyDecoder(JpegScanner scanner, JpegScan scan, TimeLimit time) {
    this.scanner = scanner;
    this.bytes = scanner.bytes();
    this.frame = scanner.frame();
    this.scan = scan;
    this.position = scan.dataStart();
    this.restartInterval = scanner.tables().restartInterval();
    this.untilRestart = restartInterval;
    this.time = time;
  }

  /** Returns the last row of MCUs that had data. */
  int lastGoodRow() {
    return lastGoodRow;
  }

  /**
   * Decodes the scan.
   *
   * @param whole whether components hold the coefficients of the whole image, rather than of one
   *     row
   */
  void decode(boolean whole, RowListener listener) throws ImageException {
    JpegComponent[] components = scan.components();
    if (components.length == 1) {
      decodeAlone(components[0], whole, listener);
      return;
    }
    for (int row = 0; row < frame.mcusDown; row++) {
      time.check();
      for (int column = 0; column < frame.mcusAcross; column++) {
        if (startUnits(row)) {
          for (JpegComponent component : components) {
            decodeUnits(component, whole ? row * component.vertical : 0, column);
          }
          endUnits();
        }
      }
      listener.rowDecoded(row);
    }
  }

  private void decodeUnits(JpegComponent component, int top, int column) throws ImageException {
    for (int y = 0; y < component.vertical; y++) {
      int unit = (top + y) * component.paddedAcross + column * component.horizontal;
      for (int x = 0; x < component.horizontal; x++) {
        decodeUnit(component, unit + x);
      }
    }
  }

  /** Decodes a scan of one component, which has no data units that only pad MCUs. */
  private void decodeAlone(JpegComponent component, boolean whole, RowListener listener)
      throws ImageException {
    int vertical = component.vertical;
    for (int y = 0; y < component.unitsDown; y++) {
      time.check();
      int unit = (whole ? y : y % vertical) * component.paddedAcross;
      for (int x = 0; x < component.unitsAcross; x++) {
        if (startUnits(y / vertical)) {
          decodeUnit(component, unit + x);
          endUnits();
        }
      }
      if ((y + 1) % vertical == 0 || y + 1 == component.unitsDown) {
        listener.rowDecoded(y / vertical);
      }
    }
  }

  private boolean startUnits(int row) throws ImageException {
    if (restartInterval > 0) {
      if (untilRestart == 0) {
        restart();
        untilRestart = restartInterval;
      }
      untilRestart--;
    }
    if (starved) {
      return false;
    }
    lastGoodRow = row;
    return true;
  }

  /** Decodes one data unit of a component. */
  abstract void decodeUnit(JpegComponent component, int unit) throws ImageException;

  /** Ends an MCU after all its data units. */
  abstract void endUnits() throws ImageException;

  /** Resets the state at a restart marker. */
  abstract void reset();

  /** Reports damaged data. */
  final void damaged(String what) throws ImageException {
    scanner.damaged(what, position);
  }

  private void restart() throws ImageException {
    if (marker == 0) {
      findMarker();
    }
    int expected = RESTART_FIRST + nextRestart;
    if (marker == expected) {
      takeMarker();
    } else {
      damaged("restart marker " + nextRestart + " is missing");
      resynchronize();
    }
    nextRestart = (nextRestart + 1) & 7;
    if (marker == 0) {
      starved = false;
    }
    reset();
  }

  /**
   * Finds the place to continue: at the marker that was found, after it, or after a later one.
   * Restart markers one or two ahead of the expected one are kept for later.
   */
  private void resynchronize() {
    while (true) {
      int ahead = marker - RESTART_FIRST - nextRestart;
      if (marker < FIRST_FRAME) {
        takeMarker();
        findMarker();
      } else if (marker < RESTART_FIRST || marker > RESTART_FIRST + 7) {
        return;
      } else if ((ahead & 7) == 1 || (ahead & 7) == 2) {
        return;
      } else if ((ahead & 7) == 6 || (ahead & 7) == 7) {
        takeMarker();
        findMarker();
      } else {
        takeMarker();
        return;
      }
    }
  }

  private void takeMarker() {
    position = Math.min(position + 2, bytes.length);
    marker = 0;
  }

  /** Moves to the next marker; the end of the file counts as the end of the image. */
  private void findMarker() {
    int end = bytes.length;
    int at = position;
    while (at + 1 < end) {
      if (bytes[at] == (byte) 0xff) {
        int value = bytes[at + 1] & 0xff;
        if (value != 0 && value != 0xff) {
          position = at;
          marker = value;
          return;
        }
      }
      at++;
    }
    meetEnd();
  }

  /** Records that the file has ended. */
  final void meetEnd() {
    position = bytes.length;
    marker = END_OF_IMAGE;
  }
}
