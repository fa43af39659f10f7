package io.groundstream.model.image;

import io.groundstream.model.GroundingException;
import java.util.Arrays;

/**
 * What the first directory of a TIFF (Adobe's revision 6.0; BigTIFF) says, checked before anything
 * is done with it: sizes within the limits, and no field that claims more values than the file has
 * bytes.
 */
final class TiffDirectory {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTES = 279;
  private static final int PLANAR = 284;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;
  private static final int JPEG_TABLES = 347;
  private static final int XMP = 700;
  private static final int PROFILE = 34675;

  private static final int MOST_SAMPLES = 8;

  /** Bytes of one value of each field type, 1 to 18; 0 for those that do not exist. */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  long width;
  long height;
  long tileWidth;
  long tileHeight;
  long rowsPerStrip = Long.MAX_VALUE;
  int compression = 1;
  int photometric = -1;
  int samplesPerPixel = 1;
  boolean planar;
  boolean floatingPoint;

  /** What the first sample behind the colours is: 1 alpha by which they are multiplied, 2 alpha. */
  int extraSample;

  int orientation;
  long[] offsets = new long[0];
  long[] byteCounts = new long[0];
  byte[] jpegTables = new byte[0];
  byte[] profile = new byte[0];

  private final byte[] bytes;
  private final boolean bigEndian;

  /** Bytes of an offset. */
  private final int wordBytes;

  private TiffDirectory(byte[] bytes) {
    this.bytes = bytes;
    this.bigEndian = bytes[0] == 'M';
    this.wordBytes = ImageFormat.isBigTiff(bytes) ? 8 : 4;
  }

  /** Reads and checks the first directory of a file that has a TIFF's first bytes. */
  static TiffDirectory read(byte[] bytes, ImageLimits limits) throws GroundingException {
    TiffDirectory directory = new TiffDirectory(bytes);
    directory.readFields();
    limits.checkSize(directory.width, directory.height);
    if (directory.isTiled()) {
      limits.checkSize(directory.tileWidth, directory.tileHeight);
    }
    return directory;
  }

  boolean isTiled() {
    return tileWidth > 0;
  }

  private void readFields() throws GroundingException {
    ByteCursor cursor = new ByteCursor(bytes, wordBytes, bytes.length, bigEndian);
    cursor.seek(word(cursor));
    long fields = wordBytes == 8 ? word(cursor) : cursor.u16();
    for (long field = 0; field < fields; field++) {
      int tag = cursor.u16();
      int type = cursor.u16();
      long count = word(cursor);
      int typeBytes = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 1;
      if (count < 0 || count > bytes.length / Math.max(1, typeBytes)) {
        throw Failures.corrupt("field " + tag + ": " + count + " values (expected: fewer)");
      }
      int next = cursor.position() + wordBytes;
      if (typeBytes > 0 && count > 0) {
        // Values that fit into the field stand in it; of others it says where they start.
        if (count * typeBytes > wordBytes) {
          cursor.seek(word(cursor));
        }
        readField(tag, type, (int) count, cursor);
      }
      cursor.seek(next);
    }
  }

  private void readField(int tag, int type, int count, ByteCursor cursor)
      throws GroundingException {
    switch (tag) {
      case WIDTH -> width = value(type, cursor);
      case HEIGHT -> height = value(type, cursor);
      case TILE_WIDTH -> tileWidth = value(type, cursor);
      case TILE_HEIGHT -> tileHeight = value(type, cursor);
      case ROWS_PER_STRIP -> rowsPerStrip = value(type, cursor);
      case COMPRESSION -> compression = (int) value(type, cursor);
      case PHOTOMETRIC -> photometric = (int) value(type, cursor);
      case PLANAR -> planar = value(type, cursor) == 2;
      case ORIENTATION -> orientation = (int) Math.min(value(type, cursor), 9);
      case EXTRA_SAMPLES -> extraSample = (int) value(type, cursor);
      case SAMPLE_FORMAT -> floatingPoint = value(type, cursor) == 3;
      case SAMPLES_PER_PIXEL -> {
        long samples = value(type, cursor);
        if (samples <= 0 || samples > MOST_SAMPLES) {
          throw Failures.corrupt("samples: " + samples + " (expected: 1 to " + MOST_SAMPLES + ")");
        }
        samplesPerPixel = (int) samples;
      }
      case STRIP_OFFSETS, TILE_OFFSETS -> offsets = values(type, count, cursor);
      case STRIP_BYTES, TILE_BYTES -> byteCounts = values(type, count, cursor);
      case JPEG_TABLES -> jpegTables = content(type, count, cursor);
      case PROFILE -> profile = content(type, count, cursor);
      case XMP -> {
        if (orientation == 0) {
          byte[] packet = content(type, count, cursor);
          orientation = Orientation.ofXmp(packet, 0, packet.length);
        }
      }
      default -> {
        // The others say nothing that is needed here.
      }
    }
  }

  private byte[] content(int type, int count, ByteCursor cursor) throws GroundingException {
    int start = cursor.position();
    cursor.skip((long) count * TYPE_BYTES[type]);
    return Arrays.copyOfRange(bytes, start, cursor.position());
  }

  private long[] values(int type, int count, ByteCursor cursor) throws GroundingException {
    long[] values = new long[count];
    for (int index = 0; index < count; index++) {
      values[index] = value(type, cursor);
    }
    return values;
  }

  /** Reads one value; a type that is no whole number is none that is asked for here. */
  private long value(int type, ByteCursor cursor) throws GroundingException {
    return switch (TYPE_BYTES[type]) {
      case 1 -> cursor.u8();
      case 2 -> cursor.u16();
      case 4 -> cursor.u32();
      default -> long64(cursor);
    };
  }

  private long word(ByteCursor cursor) throws GroundingException {
    return wordBytes == 8 ? long64(cursor) : cursor.u32();
  }

  /** Reads 64 bits; whatever has the highest of them set is out of every range. */
  private long long64(ByteCursor cursor) throws GroundingException {
    long first = cursor.u32();
    long second = cursor.u32();
    return bigEndian ? first << 32 | second : second << 32 | first;
  }
}
