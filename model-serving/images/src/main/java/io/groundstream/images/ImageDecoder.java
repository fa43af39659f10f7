package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * Decodes untrusted images.
 *
 * <p>The format is detected by content: JPEG (also arithmetic and lossless; gray, RGB, CMYK and so
 * on), PNG, WebP, GIF, BMP and TIFF, and also AVIF and HEIC if {@link HeifOptions} enable them. Of
 * an animation, the first frame is decoded. The result is that of Pillow's {@code
 * ImageOps.exif_transpose(image).convert("RGB")}: orientation applied, alpha dropped, colour
 * profiles ignored, CMYK converted without profiles; {@link ImageOptions} can change this. There is
 * one intended difference: 16-bit gray is scaled to 8 bits, while Pillow clips nearly all of it to
 * white.
 *
 * <p>Every fault of the bytes is an {@link ImageException} of stage {@code decode-image}: too many
 * bytes, an unknown format, too many pixels (checked from the header, before pixels are decoded),
 * too much time, truncated or corrupt data. A truncated image is an error, unless the options
 * accept the pixels that it has. No other exception is thrown.
 *
 * <p>Thread-safe. While it runs, a decode holds the bytes, the decoded image and up to the same
 * amount again.
 */
public final class ImageDecoder {
  private final ImageOptions options;

  public ImageDecoder(ImageOptions options) {
    this.options = options;
  }

  /**
   * Checks that this machine has everything that the options need.
   *
   * @throws DecoderUnavailableException if AVIF or HEIC is enabled and a library for it is missing
   */
  public static void check(ImageOptions options) throws DecoderUnavailableException {
    if (options.heif().isOn()) {
      HeifDecoder.shared(options.heif()).check();
    }
  }

  /**
   * Decodes an image. Width and height of the result are those after the orientation is applied.
   *
   * @throws ImageException if the bytes cannot be decoded within the limits
   */
  public DecodedImage decode(byte[] bytes) throws ImageException {
    options.limits().checkBytes(bytes.length);
    TimeLimit time = new TimeLimit(options.limits().maxTime());
    ImageFormat format = ImageFormat.sniff(bytes);
    if (format == null) {
      throw notDecoded(ForeignFormat.of(bytes));
    }
    if ((format == ImageFormat.AVIF || format == ImageFormat.HEIC)
        && !options.heif().reads(format)) {
      throw Failures.unknownFormat(
          "image: "
              + format
              + ", which is decoded only if model.heif-decoder or --heif-decoder enables it"
              + " (expected: JPEG, PNG, WebP, GIF, BMP or TIFF)");
    }
    try {
      StoredImage stored = decode(format, bytes, time);
      applyProfile(stored, time);
      if (options.background() != null && stored.alpha() != null) {
        options.background().blendInto(stored.image().rgb(), stored.alpha());
      }
      int orientation = stored.orientation();
      return Orientation.apply(stored.image(), orientation)
          .turnedBy(orientation > 8 ? 0 : Math.max(0, orientation));
    } catch (ImageException e) {
      throw new ImageException(e.errorCode(), format + " " + e.getMessage(), e.getCause());
    } catch (RuntimeException e) {
      // Decoders index arrays by values of the file. If their checks miss a contradiction, that is
      // still the file's fault and must not stop the caller.
      throw Failures.corrupt(format + " contradicts itself: " + e, e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(
          ImageErrorCode.DECODING_OUT_OF_MEMORY,
          format + " needs more memory than there is (expected: a smaller image)",
          e);
    }
  }

  private static ImageException notDecoded(@Nullable ForeignFormat foreign) {
    if (foreign == null) {
      return Failures.unknownFormat(
          "image: its first bytes are those of no known format (expected: "
              + ForeignFormat.EXPECTED
              + ")");
    }
    String message = "image: " + foreign.message();
    return foreign.isImage()
        ? Failures.unsupportedFormat(message)
        : Failures.unknownFormat(message);
  }

  private static void applyProfile(StoredImage stored, TimeLimit time) throws ImageException {
    ColorProfile profile = ColorProfile.of(stored.profile());
    if (profile != null) {
      profile.convert(stored.image(), time);
    }
  }

  private StoredImage decode(ImageFormat format, byte[] bytes, TimeLimit time)
      throws ImageException {
    return switch (format) {
      case JPEG -> new JpegDecoder(bytes, options, time).decode();
      case PNG -> new PngDecoder(bytes, options, time).decode();
      case WEBP -> new WebpDecoder(bytes, options, time).decode();
      case GIF -> new GifDecoder(bytes, options, time).decode();
      case BMP -> new BmpDecoder(bytes, options, time).decode();
      case TIFF -> new TiffDecoder(bytes, options, time).decode();
      case AVIF, HEIC -> HeifDecoder.shared(options.heif()).decode(bytes, format, options);
    };
  }
}
