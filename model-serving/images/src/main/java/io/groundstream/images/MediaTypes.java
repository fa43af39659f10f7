package io.groundstream.images;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The formats that are always read, as HTTP names them. */
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
   * The value of an {@code Accept} header. It names no {@code image/*}, which invites what is not
   * read, and admits everything else as a last resort: many hosts send pictures under other types.
   */
  public static final String ACCEPT =
      READ.stream()
          .map(format -> "image/" + format.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(",", "", ",*/*;q=0.1"));

  private MediaTypes() {}

  /** Returns whether bytes begin as a picture does that is read. */
  public static boolean isPicture(byte[] bytes) {
    ImageFormat format = ImageFormat.sniff(bytes);
    return format != null && READ.contains(format);
  }
}
