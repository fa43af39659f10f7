package io.groundstream.images;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The formats that are always decoded, as media types of HTTP. */
public final class MediaTypes {
  private static final Set<ImageFormat> READ =
      Collections.unmodifiableSet(
          EnumSet.of(
              ImageFormat.JPEG,
              ImageFormat.PNG,
              ImageFormat.WEBP,
              ImageFormat.GIF,
              ImageFormat.BMP,
              ImageFormat.TIFF));

  /**
   * The value of an {@code Accept} header. It lacks {@code image/*}, which would invite formats
   * that are not decoded. It accepts everything else as a last resort, since many hosts send images
   * under other types.
   */
  public static final String ACCEPT =
      READ.stream()
          .map(format -> "image/" + format.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(",", "", ",*/*;q=0.1"));

  private MediaTypes() {}

  /** Returns whether bytes start like an image of one of these formats. */
  public static boolean isImage(byte[] bytes) {
    ImageFormat format = ImageFormat.sniff(bytes);
    return format != null && READ.contains(format);
  }
}
