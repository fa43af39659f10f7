package io.groundstream.images;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The primary image of a HEIF file, decoded by libheif, which applies the rotation, mirroring and
 * cropping of the file's boxes. Exif's orientation is ignored.
 */
final class HeicImage implements HeifImage {
  /** Offset of a field of {@code struct heif_decoding_options}, and the first version with it. */
  private static final int STRICT = 41;

  private static final int STRICT_SINCE = 3;

  private final HeifLibrary library;
  private final Pointer context;
  private final Pointer handle;
  private @Nullable Pointer image;
  private Pointer pixels = Pointer.NULL;
  private int stride;
  private int width;
  private int height;
  private boolean hasAlpha;
  private byte[] buffer = new byte[0];

  /** Opens a file in memory, which must stay allocated until this object is closed. */
  HeicImage(HeifLibrary library, Memory bytes) throws HeifRejectedException {
    this.library = library;
    this.context = library.heif_context_alloc();
    boolean opened = false;
    try {
      check(
          library.heif_context_read_from_memory_without_copy(
              context, bytes, bytes.size(), Pointer.NULL));
      PointerByReference found = new PointerByReference();
      check(library.heif_context_get_primary_image_handle(context, found));
      handle = found.getValue();
      opened = true;
    } finally {
      if (!opened) {
        library.heif_context_free(context);
      }
    }
  }

  private static void check(HeifLibrary.Result error) throws HeifRejectedException {
    if (error.code == 0) {
      return;
    }
    int status =
        switch (error.code) {
          case HeifLibrary.ERROR_MEMORY -> HeifProtocol.OUT_OF_MEMORY;
          case HeifLibrary.ERROR_UNSUPPORTED_FILETYPE, HeifLibrary.ERROR_UNSUPPORTED_FEATURE ->
              HeifProtocol.UNSUPPORTED;
          default ->
              error.subcode == HeifLibrary.SUBERROR_END_OF_DATA
                  ? HeifProtocol.TRUNCATED
                  : HeifProtocol.CORRUPT;
        };
    String message = error.message == null ? "no reason given" : error.message.getString(0);
    throw new HeifRejectedException(status, message);
  }

  @Override
  public void decode(long maxPixels) throws HeifRejectedException {
    HeifRejectedException.checkSize(
        library.heif_image_handle_get_width(handle),
        library.heif_image_handle_get_height(handle),
        maxPixels);
    HeifRejectedException.checkSize(
        library.heif_image_handle_get_ispe_width(handle),
        library.heif_image_handle_get_ispe_height(handle),
        maxPixels);
    hasAlpha = library.heif_image_handle_has_alpha_channel(handle) != 0;
    Pointer decoded = decode();
    image = decoded;
    width = library.heif_image_get_width(decoded, HeifLibrary.CHANNEL_INTERLEAVED);
    height = library.heif_image_get_height(decoded, HeifLibrary.CHANNEL_INTERLEAVED);
    HeifRejectedException.checkSize(width, height, maxPixels);
    IntByReference found = new IntByReference();
    pixels = library.heif_image_get_plane_readonly(decoded, HeifLibrary.CHANNEL_INTERLEAVED, found);
    stride = found.getValue();
    if (pixels == null || stride < (hasAlpha ? 4L : 3L) * width) {
      throw new HeifRejectedException(HeifProtocol.CORRUPT, "no pixels");
    }
    buffer = new byte[hasAlpha ? 4 * width : 0];
  }

  private Pointer decode() throws HeifRejectedException {
    Pointer options = library.heif_decoding_options_alloc();
    try {
      if (options.getByte(0) >= STRICT_SINCE) {
        // Otherwise missing parts would be black.
        options.setByte(STRICT, (byte) 1);
      }
      PointerByReference found = new PointerByReference();
      check(
          library.heif_decode_image(
              handle,
              found,
              HeifLibrary.COLORSPACE_RGB,
              hasAlpha ? HeifLibrary.CHROMA_INTERLEAVED_RGBA : HeifLibrary.CHROMA_INTERLEAVED_RGB,
              options));
      return found.getValue();
    } finally {
      library.heif_decoding_options_free(options);
    }
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int orientation() {
    return Orientation.UPRIGHT;
  }

  @Override
  public boolean hasAlpha() {
    return hasAlpha;
  }

  @Override
  public byte[] profile() {
    long size = library.heif_image_handle_get_raw_color_profile_size(handle);
    if (size <= 0 || size > ColorProfile.MAX_BYTES) {
      return new byte[0];
    }
    try (Memory bytes = new Memory(size)) {
      HeifLibrary.Result error = library.heif_image_handle_get_raw_color_profile(handle, bytes);
      return error.code == 0 ? bytes.getByteArray(0, (int) size) : new byte[0];
    }
  }

  @Override
  public void readRgb(int y, byte[] row) {
    if (!hasAlpha) {
      pixels.read((long) y * stride, row, 0, 3 * width);
      return;
    }
    pixels.read((long) y * stride, buffer, 0, buffer.length);
    for (int x = 0; x < width; x++) {
      row[3 * x] = buffer[4 * x];
      row[3 * x + 1] = buffer[4 * x + 1];
      row[3 * x + 2] = buffer[4 * x + 2];
    }
  }

  @Override
  public void readAlpha(int y, byte[] row) {
    pixels.read((long) y * stride, buffer, 0, buffer.length);
    for (int x = 0; x < width; x++) {
      row[x] = buffer[4 * x + 3];
    }
  }

  @Override
  public void close() {
    if (image != null) {
      library.heif_image_release(image);
    }
    library.heif_image_handle_release(handle);
    library.heif_context_free(context);
  }
}
