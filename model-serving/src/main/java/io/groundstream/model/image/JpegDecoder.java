package io.groundstream.model.image;

import io.groundstream.model.GroundingException;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG: the JDK's libjpeg unpacks the samples (integer transform, smooth chroma upsampling)
 * and makes RGB of YCbCr (ITU-T T.871). Where it is inks that are stored, the colours are made
 * here, with libjpeg's own fixed-point arithmetic for YCCK and without profiles for CMYK, whose
 * samples Adobe stores inverted.
 *
 * <p>The JDK's decoder goes on when data is missing or broken and only warns. Here that is an
 * error; only stray bytes between segments, which harm no pixel, are let through.
 */
final class JpegDecoder {
  private static final ColorModel RGB =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          Transparency.OPAQUE,
          DataBuffer.TYPE_BYTE);
  private static final int HALF = 1 << 15;
  private static final int[] CR_TO_RED = new int[256];
  private static final int[] CB_TO_BLUE = new int[256];
  private static final int[] CR_TO_GREEN = new int[256];
  private static final int[] CB_TO_GREEN = new int[256];

  static {
    for (int level = 0; level < 256; level++) {
      int chroma = level - 128;
      CR_TO_RED[level] = (fixed(1.40200) * chroma + HALF) >> 16;
      CB_TO_BLUE[level] = (fixed(1.77200) * chroma + HALF) >> 16;
      CR_TO_GREEN[level] = -fixed(0.71414) * chroma;
      CB_TO_GREEN[level] = -fixed(0.34414) * chroma + HALF;
    }
  }

  private final byte[] bytes;
  private final ImageOptions options;
  private final TimeLimit time;

  JpegDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.bytes = bytes;
    this.options = options;
    this.time = time;
  }

  StoredImage decode() throws GroundingException {
    JpegScanner scanner = new JpegScanner(bytes, options.limits(), options.appliesColorProfiles());
    scanner.scan(options.acceptsTruncated());
    // A progressive file without its end may lack any number of scans.
    if (!scanner.ended() && scanner.progressive() && !options.acceptsTruncated()) {
      throw Failures.truncated("no end-of-image marker (expected: one behind the last scan)");
    }
    if (scanner.components() == 2) {
      throw Failures.corrupt("components: 2 (expected: 1, 3 or 4)");
    }
    if (scanner.components() == 3 && scanner.luminanceAndChrominance()) {
      byte[] rgb = new byte[3 * scanner.width() * scanner.height()];
      read(scanner, options.acceptsTruncated(), rgb, time);
      return new StoredImage(
          new DecodedImage(scanner.width(), scanner.height(), rgb),
          scanner.orientation(),
          null,
          scanner.profile());
    }
    Raster raster = readSamples(scanner, options.acceptsTruncated(), time);
    ColorProfile inks = scanner.components() == 4 ? ColorProfile.of(scanner.profile()) : null;
    byte[] rgb = toRgb(scanner, raster, inks, time);
    return new StoredImage(
        new DecodedImage(scanner.width(), scanner.height(), rgb),
        scanner.orientation(),
        null,
        inks == null ? scanner.profile() : null);
  }

  /**
   * Unpacks the samples as they are stored, interleaved.
   *
   * @param lenient whether what is missing or broken is left gray
   */
  static Raster readSamples(JpegScanner scanner, boolean lenient, TimeLimit time)
      throws GroundingException {
    return read(scanner, lenient, null, time);
  }

  /**
   * Unpacks the samples as they are stored, or, which is faster, as the RGB that libjpeg makes of
   * luminance and chrominance.
   *
   * @param rgb to be filled with interleaved colours; null for stored samples
   */
  private static Raster read(
      JpegScanner scanner, boolean lenient, byte @Nullable [] rgb, TimeLimit time)
      throws GroundingException {
    List<String> warnings = new ArrayList<>(1);
    ImageReader reader = null;
    try (ByteInput input = rgb == null ? scanner.stripped(time) : scanner.strippedWithJfif(time)) {
      reader = Provider.JDK.createReaderInstance();
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            if (warnings.isEmpty() && harmful(warning) && !lenient) {
              warnings.add(warning);
            }
          });
      reader.addIIOReadProgressListener(new TimeWatch(time));
      reader.setInput(input, true, true);
      Raster raster = rgb == null ? reader.readRaster(0, null) : readColors(reader, scanner, rgb);
      time.check();
      if (!warnings.isEmpty()) {
        String message = "image data: " + warnings.get(0) + " (expected: all of it, whole)";
        throw scanner.ended() ? Failures.corrupt(message) : Failures.truncated(message);
      }
      if (raster.getWidth() != scanner.width()
          || raster.getHeight() != scanner.height()
          || raster.getNumBands() != scanner.components()) {
        throw Failures.corrupt("image data: of another size than its header states");
      }
      return raster;
    } catch (IOException e) {
      time.check();
      throw scanner.ended()
          ? Failures.corrupt("image data: " + e.getMessage(), e)
          : Failures.truncated("image data: " + e.getMessage());
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static Raster readColors(ImageReader reader, JpegScanner scanner, byte[] rgb)
      throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(rgb, rgb.length),
            scanner.width(),
            scanner.height(),
            3 * scanner.width(),
            3,
            new int[] {0, 1, 2},
            null);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setDestination(new BufferedImage(RGB, raster, false, null));
    reader.read(0, param);
    return raster;
  }

  /** Libjpeg warns of bytes between segments, which it skips without losing anything. */
  private static boolean harmful(String warning) {
    return !warning.contains("extraneous bytes");
  }

  private static byte[] toRgb(
      JpegScanner scanner, Raster raster, @Nullable ColorProfile inks, TimeLimit time)
      throws GroundingException {
    int width = scanner.width();
    int height = scanner.height();
    int components = scanner.components();
    boolean chroma = components == 4 && scanner.luminanceAndChrominance();
    if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel)) {
      throw Failures.corrupt("image data: not interleaved");
    }
    byte[] rgb = new byte[3 * width * height];
    byte[] row = new byte[components * width];
    int out = 0;
    for (int y = 0; y < height; y++) {
      time.check();
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      switch (components) {
        case 1 -> {
          for (int x = 0; x < width; x++, out += 3) {
            rgb[out] = row[x];
            rgb[out + 1] = row[x];
            rgb[out + 2] = row[x];
          }
        }
        case 3 -> {
          System.arraycopy(row, 0, rgb, out, row.length);
          out += row.length;
        }
        default -> {
          inksToRgb(row, chroma, inks, rgb, out, width);
          out += 3 * width;
        }
      }
    }
    return rgb;
  }

  /**
   * Makes RGB of YCbCr; {@code row} and {@code rgb} may be one, if both have three bytes a pixel.
   */
  static void chromaToRgb(byte[] row, int from, int step, byte[] rgb, int start, int width) {
    int out = start;
    for (int in = from; in < from + width * step; in += step, out += 3) {
      int luminance = row[in] & 0xff;
      int cb = row[in + 1] & 0xff;
      int cr = row[in + 2] & 0xff;
      int red = luminance + CR_TO_RED[cr];
      int green = luminance + ((CB_TO_GREEN[cb] + CR_TO_GREEN[cr]) >> 16);
      int blue = luminance + CB_TO_BLUE[cb];
      if (((red | green | blue) & ~0xff) != 0) {
        // Rare: only the most saturated colours leave the range.
        red = clamp(red);
        green = clamp(green);
        blue = clamp(blue);
      }
      rgb[out] = (byte) red;
      rgb[out + 1] = (byte) green;
      rgb[out + 2] = (byte) blue;
    }
  }

  private static void inksToRgb(
      byte[] row,
      boolean chroma,
      @Nullable ColorProfile profile,
      byte[] rgb,
      int start,
      int width) {
    if (chroma) {
      // YCCK: what comes out as RGB is the inverse of the stored inks, and these are inverted.
      chromaToRgb(row, 0, 4, rgb, start, width);
    }
    if (profile != null && profile.components() == 4) {
      for (int in = 0, stored = start; in < 4 * width; in += 4) {
        for (int channel = 0; channel < 3; channel++, stored++) {
          row[in + channel] = chroma ? rgb[stored] : (byte) ~row[in + channel];
        }
        row[in + 3] = (byte) ~row[in + 3];
      }
      profile.convert(row, rgb, start, width);
      return;
    }
    int out = start;
    for (int in = 0; in < 4 * width; in += 4) {
      int white = row[in + 3] & 0xff;
      for (int channel = 0; channel < 3; channel++, out++) {
        int ink = chroma ? rgb[out] & 0xff : 255 - (row[in + channel] & 0xff);
        rgb[out] = Inks.withBlack(ink, white);
      }
    }
  }

  private static int clamp(int level) {
    return Math.max(0, Math.min(level, 255));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << 16) + 0.5);
  }

  /**
   * The JDK's reader, named directly: a registry that asks everyone is not for strangers' bytes.
   */
  private static final class Provider {
    static final ImageReaderSpi JDK = find();

    /**
     * The JDK's desktop keeps for ever the context class loader of whoever first comes here, where
     * it looks for plugins, and the protection domains of all that are on the stack. None of them
     * must be a job's, which ends.
     */
    @SuppressWarnings("removal") // It says where the domains end that are kept, in Java 17.
    private static ImageReaderSpi find() {
      Thread thread = Thread.currentThread();
      ClassLoader callers = thread.getContextClassLoader();
      thread.setContextClassLoader(JpegDecoder.class.getClassLoader());
      try {
        PrivilegedAction<IIORegistry> registry = IIORegistry::getDefaultInstance;
        return find(AccessController.doPrivileged(registry));
      } finally {
        thread.setContextClassLoader(callers);
      }
    }

    private static ImageReaderSpi find(IIORegistry registry) {
      Iterator<ImageReaderSpi> providers =
          registry.getServiceProviders(ImageReaderSpi.class, false);
      while (providers.hasNext()) {
        ImageReaderSpi provider = providers.next();
        if (provider
            .getClass()
            .getName()
            .equals("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi")) {
          return provider;
        }
      }
      throw new IllegalStateException("the JDK has no JPEG reader (expected: module java.desktop)");
    }
  }
}
