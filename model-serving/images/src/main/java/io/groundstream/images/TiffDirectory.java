package io.groundstream.images;

import java.util.Arrays;

/**
 * The first directory of a TIFF (Adobe's revision 6.0; BigTIFF). It is checked before use: sizes
 * are within the limits, and no field claims more values than the file has bytes.
 */
final class TiffDirectory {
  private static final int NEW_SUBFILE_TYPE = 254;
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int FILL_ORDER = 266;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTES = 279;
  private static final int PLANAR = 284;
  private static final int T4_OPTIONS = 292;
  private static final int PREDICTOR = 317;
  private static final int COLOR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int SUB_DIRECTORIES = 330;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;
  private static final int JPEG_TABLES = 347;
  private static final int JPEG_STREAM = 513;
  private static final int JPEG_STREAM_BYTES = 514;
  private static final int YCBCR_COEFFICIENTS = 529;
  private static final int YCBCR_SUBSAMPLING = 530;
  private static final int REFERENCE_BLACK_WHITE = 532;
  private static final int XMP = 700;
  private static final int PROFILE = 34675;
  private static final int DNG_VERSION = 50706;

  private static final int MAX_SAMPLES = 8;
  private static final int MAX_BITS = 64;

  /** More strips or tiles than any writer makes of an image within the limits. */
  private static final int MAX_VALUES = 1 << 22;

  /** The bytes per value of the field types 0 to 18; 0 for types that are skipped. */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private static final int RATIONAL = 5;

  long width;
  long height;
  long tileWidth;
  long tileHeight;
  long rowsPerStrip = Long.MAX_VALUE;
  int compression = 1;
  int photometric = -1;
  int samplesPerPixel = 1;
  int bitsPerSample = 1;
  boolean reversedBits;
  boolean planar;
  int predictor = 1;

  /** 1 unsigned, 2 signed, 3 floating-point, 4 undefined. */
  int sampleFormat = 1;

  /** The first sample after the colours: 1 is alpha of premultiplied colours, 2 is plain alpha. */
  int extraSample;

  long t4Options;
  private int orientation;
  private int orientationInXmp;
  long[] offsets = new long[0];

  /** The lengths of the parts; shorter than the offsets, even empty, if the file lacks them. */
  long[] byteCounts = new long[0];

  long[] colorMap = new long[0];
  byte[] jpegTables = new byte[0];
  long jpegStream;
  long jpegStreamBytes;
  double[] ycbcrCoefficients = {0.299, 0.587, 0.114};
  int ycbcrAcross = 2;
  int ycbcrDown = 2;
  double[] referenceBlackWhite = {0, 255, 128, 255, 128, 255};
  byte[] profile = new byte[0];

  private boolean preview;
  private boolean subDirectories;
  private boolean cameraRaw;

  private final byte[] bytes;
  private final boolean bigEndian;

  /** Bytes per offset. */
  private final int wordBytes;

  private TiffDirectory(byte[] bytes) {
    this.bytes = bytes;
    this.bigEndian = bytes[0] == 'M';
    this.wordBytes = ImageFormat.isBigTiff(bytes) ? 8 : 4;
  }

  /** Reads and checks the first directory of a file that starts like a TIFF. */
  static TiffDirectory read(byte[] bytes, ImageLimits limits) throws ImageException {
    TiffDirectory directory = new TiffDirectory(bytes);
    directory.readFields();
    if (directory.cameraRaw || (directory.preview && directory.subDirectories)) {
      throw Failures.unsupportedFormat(
          "first image: the preview of a camera's raw file, such as DNG or NEF (expected: a"
              + " developed image; export it as JPEG or TIFF)");
    }
    limits.checkSize(directory.width, directory.height);
    if (directory.isTiled()) {
      limits.checkSize(directory.tileWidth, directory.tileHeight);
    }
    return directory;
  }

  boolean isTiled() {
    return tileWidth > 0;
  }

  int orientation() {
    return orientation == Orientation.ABSENT ? orientationInXmp : orientation;
  }

  boolean isBigEndian() {
    return bigEndian;
  }

  private void readFields() throws ImageException {
    ByteCursor cursor = new ByteCursor(bytes, wordBytes, bytes.length, bigEndian);
    cursor.seek(word(cursor));
    long fields = wordBytes == 8 ? word(cursor) : cursor.u16();
    for (long field = 0; field < fields; field++) {
      int tag = cursor.u16();
      int type = cursor.u16();
      long count = word(cursor);
      int typeBytes = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
      int next = cursor.position() + wordBytes;
      // Invalid fields are skipped; a required one is reported as missing later.
      boolean possible = typeBytes > 0 && count > 0 && count <= bytes.length / typeBytes;
      if (possible) {
        // Values that fit into the field are stored in it; otherwise it has their position.
        if (count * typeBytes > wordBytes) {
          long start = word(cursor);
          if (start < 0 || start > bytes.length) {
            cursor.seek(next);
            continue;
          }
          cursor.seek(start);
        }
        readField(tag, type, (int) count, cursor);
      }
      cursor.seek(next);
    }
  }

  private void readField(int tag, int type, int count, ByteCursor cursor) throws ImageException {
    switch (tag) {
      case NEW_SUBFILE_TYPE -> preview = (value(type, cursor) & 1) != 0;
      case WIDTH -> width = value(type, cursor);
      case HEIGHT -> height = value(type, cursor);
      case TILE_WIDTH -> tileWidth = value(type, cursor);
      case TILE_HEIGHT -> tileHeight = value(type, cursor);
      case ROWS_PER_STRIP -> rowsPerStrip = value(type, cursor);
      case COMPRESSION -> compression = (int) value(type, cursor);
      case PHOTOMETRIC -> photometric = (int) value(type, cursor);
      case FILL_ORDER -> reversedBits = value(type, cursor) == 2;
      case PLANAR -> planar = value(type, cursor) == 2;
      case PREDICTOR -> predictor = (int) value(type, cursor);
      case T4_OPTIONS -> t4Options = value(type, cursor);
      case ORIENTATION -> orientation = Orientation.value(type, cursor);
      case EXTRA_SAMPLES -> extraSample = (int) value(type, cursor);
      case SAMPLE_FORMAT -> sampleFormat = same(tag, values(type, count, cursor), 4);
      case BITS_PER_SAMPLE -> bitsPerSample = same(tag, values(type, count, cursor), MAX_BITS);
      case SAMPLES_PER_PIXEL -> {
        long samples = value(type, cursor);
        if (samples <= 0) {
          throw Failures.corrupt("samples: " + samples + " (expected: 1 to " + MAX_SAMPLES + ")");
        }
        if (samples > MAX_SAMPLES) {
          throw Failures.unsupportedFormat(
              "samples: " + samples + " (expected: at most " + MAX_SAMPLES + ")");
        }
        samplesPerPixel = (int) samples;
      }
      case STRIP_OFFSETS, TILE_OFFSETS -> offsets = values(type, count, cursor);
      case STRIP_BYTES, TILE_BYTES -> byteCounts = values(type, count, cursor);
      case COLOR_MAP -> colorMap = values(type, count, cursor);
      case JPEG_TABLES -> jpegTables = content(type, count, cursor);
      case JPEG_STREAM -> jpegStream = value(type, cursor);
      case JPEG_STREAM_BYTES -> jpegStreamBytes = value(type, cursor);
      case YCBCR_COEFFICIENTS -> ycbcrCoefficients = rationals(tag, type, count, 3, cursor);
      case REFERENCE_BLACK_WHITE -> referenceBlackWhite = rationals(tag, type, count, 6, cursor);
      case YCBCR_SUBSAMPLING -> {
        long[] steps = values(type, Math.min(count, 2), cursor);
        ycbcrAcross = (int) Math.min(steps[0], 64);
        ycbcrDown = (int) Math.min(steps[steps.length - 1], 64);
      }
      case SUB_DIRECTORIES -> subDirectories = true;
      case DNG_VERSION -> cameraRaw = true;
      case PROFILE -> profile = content(type, count, cursor);
      case XMP -> {
        byte[] packet = content(type, count, cursor);
        orientationInXmp = Orientation.ofXmp(packet, 0, packet.length);
      }
      default -> {
        // Other fields are not needed here.
      }
    }
  }

  /** Returns the value that all samples have in common. */
  private int same(int tag, long[] values, int most) throws ImageException {
    for (int index = 1; index < Math.min(values.length, samplesPerPixel); index++) {
      if (values[index] != values[0]) {
        throw Failures.unsupportedFormat(
            "field " + tag + ": " + Arrays.toString(values) + " (expected: equal values)");
      }
    }
    if (values[0] < 1 || values[0] > most) {
      throw Failures.unsupportedFormat(
          "field " + tag + ": " + values[0] + " (expected: 1 to " + most + ")");
    }
    return (int) values[0];
  }

  private double[] rationals(int tag, int type, int count, int expected, ByteCursor cursor)
      throws ImageException {
    if (count != expected) {
      throw Failures.corrupt(
          "field " + tag + ": " + count + " values (expected: " + expected + ")");
    }
    double[] values = new double[count];
    for (int index = 0; index < count; index++) {
      values[index] =
          type == RATIONAL
              ? (double) cursor.u32() / Math.max(1, cursor.u32())
              : value(type, cursor);
    }
    return values;
  }

  private byte[] content(int type, int count, ByteCursor cursor) throws ImageException {
    int start = cursor.position();
    cursor.skip((long) count * TYPE_BYTES[type]);
    return Arrays.copyOfRange(bytes, start, cursor.position());
  }

  private long[] values(int type, int count, ByteCursor cursor) throws ImageException {
    if (count > MAX_VALUES) {
      throw Failures.corrupt(
          "strips or tiles: " + count + " (expected: at most " + MAX_VALUES + ")");
    }
    long[] values = new long[count];
    for (int index = 0; index < count; index++) {
      values[index] = value(type, cursor);
    }
    return values;
  }

  /** Reads one value as an integer; no field here has a legal type that is not one. */
  private long value(int type, ByteCursor cursor) throws ImageException {
    return switch (TYPE_BYTES[type]) {
      case 1 -> cursor.u8();
      case 2 -> cursor.u16();
      case 4 -> cursor.u32();
      default -> cursor.u64();
    };
  }

  private long word(ByteCursor cursor) throws ImageException {
    return wordBytes == 8 ? cursor.u64() : cursor.u32();
  }
}
