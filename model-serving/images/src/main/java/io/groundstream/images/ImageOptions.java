package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * What pictures are accepted, and how what their files say beside colours is answered. The defaults
 * are what the reference does.
 *
 * @param limits what a picture may cost
 * @param background the colour on which pictures with alpha are laid; null drops alpha, so that a
 *     pixel has its stored colour however transparent it is
 * @param appliesColorProfiles whether colours are converted to sRGB by the ICC profile within the
 *     file; a profile that cannot be used is ignored
 * @param acceptsTruncated whether a JPEG, PNG, GIF, BMP or TIFF that ends early or whose image data
 *     are damaged is answered with what there is of it, the rest gray, white or black; of a WebP,
 *     only what follows the image may be missing
 * @param heif whether AVIF and HEIC are read
 */
public record ImageOptions(
    ImageLimits limits,
    @Nullable Background background,
    boolean appliesColorProfiles,
    boolean acceptsTruncated,
    HeifOptions heif) {

  private static final ImageOptions DEFAULTS =
      new ImageOptions(ImageLimits.defaults(), null, false, false, HeifOptions.off());

  /** Returns the limits' defaults, and what the reference does. */
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

  /** Returns the same options, with or without the application of colour profiles. */
  public ImageOptions withColorProfiles(boolean value) {
    return new ImageOptions(limits, background, value, acceptsTruncated, heif);
  }

  /** Returns the same options, with or without leniency. */
  public ImageOptions withTruncated(boolean value) {
    return new ImageOptions(limits, background, appliesColorProfiles, value, heif);
  }

  /** Returns the same options, with or without AVIF and HEIC. */
  public ImageOptions withHeif(HeifOptions value) {
    return new ImageOptions(limits, background, appliesColorProfiles, acceptsTruncated, value);
  }

  /** Whether decoders are to keep alpha. */
  boolean keepsAlpha() {
    return background != null;
  }
}
