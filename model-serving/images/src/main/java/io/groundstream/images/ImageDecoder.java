package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * Decodes pictures that strangers send.
 *
 * <p>The format is told by content: JPEG (also arithmetic and lossless; gray, RGB, CMYK and so on),
 * PNG, WebP, GIF, BMP and TIFF, and AVIF and HEIC where {@link HeifOptions} say so; of animations
 * the first frame. The answer is what Pillow's {@code
 * ImageOps.exif_transpose(image).convert("RGB")} gives: orientation applied, alpha dropped, colour
 * profiles ignored, CMYK converted without profiles; {@link ImageOptions} can say otherwise. One
 * thing differs on purpose: 16-bit gray is scaled to 8 bits, where Pillow clips nearly all of it to
 * white.
 *
 * <p>Whatever is wrong with the bytes ends as a {@link ImageException} of stage {@code
 * decode-image}: too many bytes, an unknown format, too many pixels (checked from the header,
 * before pixels are decoded), too much time, truncated or corrupt data. A truncated picture is not
 * answered with half of its pixels unless the options ask for that. No other exception is thrown.
 *
 * <p>Safe for use by many threads. A decode holds the bytes, the decoded picture and up to the same
 * again while it works.
 */
public final class ImageDecoder {
  private final ImageOptions options;

  public ImageDecoder(ImageOptions options) {
    this.options = options;
  }

  /**
   * Checks that what the options ask of this machine is there.
   *
   * @throws DecoderUnavailableException if AVIF or HEIC is to be read, and this machine lacks what
   *     that takes
   */
  public static void check(ImageOptions options) throws DecoderUnavailableException {
    if (options.heif().isOn()) {
      HeifDecoder.shared(options.heif()).check();
    }
  }

  /** Decodes a picture; the width and height of the result are those after orientation. */
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
              + ", which is read only where model.heif-decoder or --heif-decoder says so"
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
      // Decoders index by what the file says; whatever slips through their checks is the file's
      // contradiction, not a fault that should stop the caller.
      throw Failures.corrupt(format + " contradicts itself: " + e, e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(
          ImageErrorCode.DECODING_OUT_OF_MEMORY,
          format + " asks for more memory than there is (expected: a smaller picture)",
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
