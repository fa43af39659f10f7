package io.groundstream.model.image;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import io.groundstream.model.GroundingException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes the first page of a TIFF (Adobe's revision 6.0) with the TwelveMonkeys reader, and makes
 * RGB of its samples here, so that no colour profile and no gamma changes them.
 *
 * <p>Before the reader sees the file, its first directory is checked: sizes within the limits, and
 * no field that claims more values than the file has bytes.
 */
final class TiffDecoder {
  private static final ImageReaderSpi READER = new TIFFImageReaderSpi();

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int SAMPLE_FORMAT = 339;
  private static final int XMP = 700;
  private static final int FLOATING_POINT = 3;
  private static final int MOST_SAMPLES = 8;

  /** No compression of whole bytes expands by more than this: LZW's longest string for 12 bits. */
  private static final long MOST_EXPANSION = 4096;

  /** Bytes of one value of each field type, 1 to 13. */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

  private final byte[] bytes;
  private final ImageLimits limits;

  private long width;
  private long height;
  private long tileWidth = 1;
  private long tileHeight = 1;
  private int orientation;

  TiffDecoder(byte[] bytes, ImageLimits limits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  OrientedImage decode() throws GroundingException {
    checkDirectory();
    limits.checkSize(width, height);
    limits.checkSize(tileWidth, tileHeight);
    BufferedImage picture = read();
    return new OrientedImage(
        new DecodedImage((int) width, (int) height, toRgb(picture)), orientation);
  }

  private void checkDirectory() throws GroundingException {
    ByteCursor cursor = new ByteCursor(bytes, 4, bytes.length, bytes[0] == 'M');
    cursor.seek(cursor.u32());
    int fields = cursor.u16();
    for (int field = 0; field < fields; field++) {
      int tag = cursor.u16();
      int type = cursor.u16();
      long count = cursor.u32();
      int valueStart = cursor.position();
      int typeBytes = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 1;
      if (count * typeBytes > bytes.length) {
        throw Failures.corrupt("field " + tag + ": " + count + " values (expected: fewer)");
      }
      long value = type == 3 ? cursor.u16() : cursor.u32();
      switch (tag) {
        case WIDTH -> width = value;
        case HEIGHT -> height = value;
        case TILE_WIDTH -> tileWidth = value;
        case TILE_HEIGHT -> tileHeight = value;
        case ORIENTATION -> orientation = (int) Math.min(value, 9);
        case SAMPLES_PER_PIXEL -> {
          if (value == 0 || value > MOST_SAMPLES) {
            throw Failures.corrupt("samples: " + value + " (expected: 1 to " + MOST_SAMPLES + ")");
          }
        }
        case SAMPLE_FORMAT -> {
          // More values than two do not fit into the field: it says where they start.
          if (count > 2) {
            cursor.seek(valueStart);
            cursor.seek(cursor.u32());
            value = cursor.u16();
          }
          if (value == FLOATING_POINT) {
            throw Failures.unknownFormat("floating-point samples (expected: integers)");
          }
        }
        case XMP -> {
          if (orientation == 0 && typeBytes == 1 && value + count <= bytes.length) {
            orientation = Orientation.ofXmp(bytes, (int) value, (int) (value + count));
          }
        }
        default -> {
          // The reader knows what to make of the others.
        }
      }
      cursor.seek(valueStart + 4L);
    }
  }

  /** Before any memory is taken: a small file cannot hold a large picture. */
  private void checkDataCanFill(int pixelBits) throws GroundingException {
    if (pixelBits >= 8 && width * height * (pixelBits / 8) > bytes.length * MOST_EXPANSION) {
      throw Failures.truncated("image data: too little for " + width + " x " + height + " pixels");
    }
  }

  private BufferedImage read() throws GroundingException {
    List<String> warnings = new ArrayList<>(1);
    ImageReader reader = null;
    try (MemoryCacheImageInputStream input =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader = READER.createReaderInstance(null);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(input, true, true);
      ImageReadParam param = reader.getDefaultReadParam();
      ImageTypeSpecifier type = reader.getRawImageType(0);
      // A directory may state a size twice: what counts is which one the reader believes.
      limits.checkSize(reader.getTileWidth(0), reader.getTileHeight(0));
      if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
        throw Failures.corrupt("size: stated twice, and differently (expected: once)");
      }
      checkDataCanFill(type.getColorModel().getPixelSize());
      param.setDestinationType(type);
      BufferedImage picture = reader.read(0, param);
      for (String warning : warnings) {
        if (warning.contains("EOF") || warning.contains("nd of stream")) {
          throw Failures.truncated("image data: " + warning);
        }
      }
      return picture;
    } catch (EOFException e) {
      throw Failures.truncated("image data end before the last pixel");
    } catch (IOException e) {
      String message = "image data: " + e.getMessage();
      // The reader's words for a compression that it does not have.
      throw message.contains("Unknown TIFF Compression") || message.contains("nsupported TIFF")
          ? Failures.unknownFormat(message)
          : Failures.corrupt(message, e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private byte[] toRgb(BufferedImage picture) throws GroundingException {
    Raster raster = picture.getRaster();
    int columns = picture.getWidth();
    int rows = picture.getHeight();
    byte[] rgb = new byte[3 * columns * rows];
    int[] samples = new int[columns * raster.getNumBands()];
    int bands = raster.getNumBands();
    if (picture.getColorModel() instanceof IndexColorModel palette) {
      for (int y = 0, out = 0; y < rows; y++) {
        raster.getSamples(0, y, columns, 1, 0, samples);
        for (int x = 0; x < columns; x++, out += 3) {
          int color = samples[x] < palette.getMapSize() ? palette.getRGB(samples[x]) : 0;
          rgb[out] = (byte) (color >> 16);
          rgb[out + 1] = (byte) (color >> 8);
          rgb[out + 2] = (byte) color;
        }
      }
      return rgb;
    }
    int space = picture.getColorModel().getColorSpace().getType();
    int colors = space == ColorSpace.TYPE_GRAY ? 1 : space == ColorSpace.TYPE_CMYK ? 4 : 3;
    if (bands < colors) {
      throw Failures.corrupt("samples: " + bands + " (expected: at least " + colors + ")");
    }
    int shift = shift(raster);
    for (int y = 0, out = 0; y < rows; y++) {
      raster.getPixels(0, y, columns, 1, samples);
      for (int in = 0; in < columns * bands; in += bands, out += 3) {
        for (int channel = 0; channel < 3; channel++) {
          int level = level(samples[in + (colors == 1 ? 0 : channel)], shift);
          rgb[out + channel] =
              colors == 4
                  ? Inks.withBlack(level, 255 - level(samples[in + 3], shift))
                  : (byte) level;
        }
      }
    }
    return rgb;
  }

  /** Returns by how many bits samples exceed eight, negative if they are fewer; -8 means clip. */
  private static int shift(Raster raster) {
    return switch (raster.getTransferType()) {
      case DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT ->
          raster.getSampleModel().getSampleSize(0) - 8;
      default -> -8;
    };
  }

  private static int level(int sample, int shift) {
    if (shift == -8) {
      return Math.max(0, Math.min(255, sample));
    }
    return shift >= 0 ? sample >> shift : sample * 255 / ((1 << (8 + shift)) - 1);
  }
}
