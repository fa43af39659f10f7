package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * The options of decoding: which images to accept, and how to treat alpha, colour profiles and
 * damage. By default, images are decoded as by the reference.
 *
 * @param limits the limits of bytes, pixels and time
 * @param background the colour over which images with alpha are composited; null drops alpha, so
 *     that a pixel keeps its stored colour however transparent it is
 * @param appliesColorProfiles whether to convert colours to sRGB by the ICC profile in the file; a
 *     profile that cannot be used is ignored
 * @param acceptsTruncated whether to accept a JPEG, PNG, GIF, BMP or TIFF that ends early or has
 *     damaged image data; its missing pixels are gray, white or black. Of a WebP, only the data
 *     after the image may be missing
 * @param heif whether to decode AVIF and HEIC
 */
public record ImageOptions(
    ImageLimits limits,
    @Nullable Background background,
    boolean appliesColorProfiles,
    boolean acceptsTruncated,
    HeifOptions heif) {

  private static final ImageOptions DEFAULTS =
      new ImageOptions(ImageLimits.defaults(), null, false, false, HeifOptions.off());

  /** Returns the default limits and the reference's behaviour. */
  public static ImageOptions defaults() {
    return DEFAULTS;
  }

  /** Returns the same options with other limits. */
  public ImageOptions withLimits(ImageLimits value) {
    return new ImageOptions(value, background, appliesColorProfiles, acceptsTruncated, heif);
  }

  /** Returns the same options with a background for alpha; null drops alpha. */
  public ImageOptions withBackground(@Nullable Background value) {
    return new ImageOptions(limits, value, appliesColorProfiles, acceptsTruncated, heif);
  }

  /** Returns the same options, with colour profiles applied or ignored. */
  public ImageOptions withColorProfiles(boolean value) {
    return new ImageOptions(limits, background, value, acceptsTruncated, heif);
  }

  /** Returns the same options, with truncated and damaged images accepted or rejected. */
  public ImageOptions withTruncated(boolean value) {
    return new ImageOptions(limits, background, appliesColorProfiles, value, heif);
  }

  /** Returns the same options with other ones for AVIF and HEIC. */
  public ImageOptions withHeif(HeifOptions value) {
    return new ImageOptions(limits, background, appliesColorProfiles, acceptsTruncated, value);
  }

  /** Returns whether decoders need to keep alpha. */
  boolean keepsAlpha() {
    return background != null;
  }
}
