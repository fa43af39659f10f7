package io.groundstream.model.image;

import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import io.groundstream.model.GroundingException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the first page of a TIFF with the TwelveMonkeys reader, except where its parts are JPEG,
 * which {@link TiffJpeg} does; and makes RGB of its samples here, so that no colour profile and no
 * gamma changes them. Samples of 32 bits, whole or floating-point, are clipped to 0 to 255 as
 * Pillow does.
 */
final class TiffDecoder {
  private static final ImageReaderSpi READER = new TIFFImageReaderSpi();
  private static final ImageReaderSpi BIG_READER = new BigTIFFImageReaderSpi();

  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;
  private static final int CIE_LAB = 8;

  /** No compression of whole bytes expands by more than this: LZW's longest string for 12 bits. */
  private static final long MOST_EXPANSION = 4096;

  private final byte[] bytes;
  private final ImageOptions options;
  private final TimeLimit time;

  TiffDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.bytes = bytes;
    this.options = options;
    this.time = time;
  }

  StoredImage decode() throws GroundingException {
    TiffDirectory directory = TiffDirectory.read(bytes, options.limits());
    if (directory.compression == OLD_JPEG) {
      throw Failures.unknownFormat("compression: JPEG of before 1995 (expected: another)");
    }
    if (directory.floatingPoint && directory.samplesPerPixel > 1) {
      throw Failures.unknownFormat(
          "floating-point colours (expected: integers, or one sample a pixel)");
    }
    TiffPixels pixels =
        directory.compression == JPEG
            ? new TiffJpeg(bytes, directory, options, time).decode()
            : read(directory);
    byte @Nullable [] profile =
        options.appliesColorProfiles() && !pixels.appliedProfile() ? directory.profile : null;
    return new StoredImage(
        new DecodedImage((int) directory.width, (int) directory.height, pixels.rgb),
        directory.orientation,
        pixels.alpha,
        profile);
  }

  /** Before any memory is taken: a small file cannot hold a large picture. */
  private void checkDataCanFill(TiffDirectory directory, int pixelBits) throws GroundingException {
    if (pixelBits >= 8
        && directory.width * directory.height * (pixelBits / 8) > bytes.length * MOST_EXPANSION) {
      throw Failures.truncated(
          "image data: too little for "
              + directory.width
              + " x "
              + directory.height
              + " pixels (expected: more)");
    }
  }

  private TiffPixels read(TiffDirectory directory) throws GroundingException {
    List<String> warnings = new ArrayList<>(1);
    ImageReader reader = null;
    try (ByteInput input = new ByteInput(bytes, 0, bytes.length, time)) {
      reader = (ImageFormat.isBigTiff(bytes) ? BIG_READER : READER).createReaderInstance(null);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.addIIOReadProgressListener(new TimeWatch(time));
      reader.setInput(input, true, true);
      ImageReadParam param = reader.getDefaultReadParam();
      ImageTypeSpecifier type = reader.getRawImageType(0);
      // A directory may state a size twice: what counts is which one the reader believes.
      options.limits().checkSize(reader.getTileWidth(0), reader.getTileHeight(0));
      if (reader.getWidth(0) != directory.width || reader.getHeight(0) != directory.height) {
        throw Failures.corrupt("size: stated twice, and differently (expected: once)");
      }
      checkDataCanFill(directory, type.getColorModel().getPixelSize());
      param.setDestinationType(type);
      TiffPixels pixels;
      if (directory.floatingPoint) {
        // As a picture they would come clipped to 0 to 1.
        pixels = toPixels(directory, reader.readRaster(0, param), 1);
      } else if (directory.photometric == CIE_LAB) {
        // As a picture they would come for another white.
        Raster raster = reader.readRaster(0, param);
        if (raster.getSampleModel().getSampleSize(0) != Byte.SIZE) {
          throw Failures.unknownFormat("CIE L*a*b* of another depth (expected: 8 bits)");
        }
        pixels = toPixels(directory, raster, 3);
      } else {
        pixels = toPixels(directory, reader.read(0, param));
      }
      time.check();
      for (String warning : warnings) {
        if (warning.contains("EOF") || warning.contains("nd of stream")) {
          throw Failures.truncated("image data: " + warning);
        }
      }
      return pixels;
    } catch (EOFException e) {
      time.check();
      throw Failures.truncated("image data end before the last pixel");
    } catch (IOException e) {
      time.check();
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

  private TiffPixels toPixels(TiffDirectory directory, BufferedImage picture)
      throws GroundingException {
    Raster raster = picture.getRaster();
    if (picture.getColorModel() instanceof IndexColorModel palette) {
      return toPixels(directory, raster, palette);
    }
    int space = picture.getColorModel().getColorSpace().getType();
    int colors = space == ColorSpace.TYPE_GRAY ? 1 : space == ColorSpace.TYPE_CMYK ? 4 : 3;
    return toPixels(directory, raster, colors);
  }

  private TiffPixels toPixels(TiffDirectory directory, Raster raster, int colors)
      throws GroundingException {
    int columns = raster.getWidth();
    int bands = raster.getNumBands();
    if (bands < colors) {
      throw Failures.corrupt("samples: " + bands + " (expected: at least " + colors + ")");
    }
    TiffPixels pixels = new TiffPixels(directory, colors, bands, shift(raster), options);
    int[] samples = new int[columns * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      time.check();
      raster.getPixels(0, y, columns, 1, samples);
      if (directory.photometric == CIE_LAB) {
        CieLab.toRgb(samples, bands);
      }
      pixels.put(samples, 0, y, columns);
    }
    return pixels;
  }

  private TiffPixels toPixels(TiffDirectory directory, Raster raster, IndexColorModel palette)
      throws GroundingException {
    TiffPixels pixels = new TiffPixels(directory, 3, 3, 0, options);
    int columns = raster.getWidth();
    int[] indices = new int[columns * raster.getNumBands()];
    int[] samples = new int[3 * columns];
    for (int y = 0; y < raster.getHeight(); y++) {
      time.check();
      raster.getSamples(0, y, columns, 1, 0, indices);
      for (int x = 0; x < columns; x++) {
        int color = indices[x] < palette.getMapSize() ? palette.getRGB(indices[x]) : 0;
        samples[3 * x] = color >> 16 & 0xff;
        samples[3 * x + 1] = color >> 8 & 0xff;
        samples[3 * x + 2] = color & 0xff;
      }
      pixels.put(samples, 0, y, columns);
    }
    return pixels;
  }

  private static int shift(Raster raster) {
    return switch (raster.getTransferType()) {
      case DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT ->
          raster.getSampleModel().getSampleSize(0) - 8;
      default -> TiffPixels.CLIPPED;
    };
  }
}
