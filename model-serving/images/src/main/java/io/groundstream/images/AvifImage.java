package io.groundstream.images;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * An AVIF image whose samples libavif decodes. Colours are computed here in the same way as by the
 * reference's libavif, so that they are the same with every release: samples of more than 8 bits
 * lose their low bits first, and chrominance is upsampled linearly. As in the reference, the boxes
 * of rotation and mirroring apply; Exif's orientation and the clean aperture are ignored.
 */
final class AvifImage implements HeifImage {
  /** All of libavif's checks except those of the clean aperture and of {@code pixi} boxes. */
  private static final int STRICTNESS = 4;

  private static final int GRAY = 4;
  private static final int FULL_RANGE = 1;
  private static final int ROTATES = 4;
  private static final int MIRRORS = 8;

  private final AvifLibrary library;
  private final AvifLayout layout;
  private final Pointer decoder;
  private Pointer image = Pointer.NULL;
  private @Nullable AvifSamples samples;

  /** Opens a file in memory, which must stay allocated until this object is closed. */
  AvifImage(AvifLibrary library, AvifLayout layout, Memory bytes) throws HeifRejectedException {
    this.library = library;
    this.layout = layout;
    this.decoder = library.avifDecoderCreate();
    boolean opened = false;
    try {
      decoder.setInt(layout.decoderStrictness(), STRICTNESS);
      decoder.setInt(AvifLayout.DECODER_MAX_THREADS, 1);
      check(library.avifDecoderSetIOMemory(decoder, bytes, bytes.size()));
      check(library.avifDecoderParse(decoder));
      opened = true;
    } finally {
      if (!opened) {
        library.avifDecoderDestroy(decoder);
      }
    }
  }

  private void check(int result) throws HeifRejectedException {
    if (result == AvifLibrary.OK) {
      return;
    }
    int status =
        switch (result) {
          case AvifLibrary.OUT_OF_MEMORY -> HeifProtocol.OUT_OF_MEMORY;
          case AvifLibrary.TRUNCATED_DATA -> HeifProtocol.TRUNCATED;
          case AvifLibrary.INVALID_FILE_TYPE,
              AvifLibrary.UNSUPPORTED_DEPTH,
              AvifLibrary.NO_CODEC,
              AvifLibrary.NOT_IMPLEMENTED ->
              HeifProtocol.UNSUPPORTED;
          default -> HeifProtocol.CORRUPT;
        };
    throw new HeifRejectedException(status, library.avifResultToString(result));
  }

  @Override
  public void decode(long maxPixels) throws HeifRejectedException {
    image = decoder.getPointer(layout.decoderImage());
    HeifRejectedException.checkSize(width(), height(), maxPixels);
    check(library.avifDecoderNextImage(decoder));
    image = decoder.getPointer(layout.decoderImage());
    HeifRejectedException.checkSize(width(), height(), maxPixels);
    samples = samples();
  }

  private AvifSamples samples() throws HeifRejectedException {
    int depth = image.getInt(AvifLayout.DEPTH);
    int format = image.getInt(AvifLayout.FORMAT);
    AvifPlane luminance = plane(0, width(), height(), depth);
    if (luminance == null || format < 1 || format > GRAY || depth < 8 || depth > 16) {
      throw new HeifRejectedException(HeifProtocol.CORRUPT, "no samples");
    }
    // The formats 1 to 4 are 4:4:4, 4:2:2, 4:2:0 and gray.
    int chromaWidth = format >= 2 ? (width() + 1) / 2 : width();
    int chromaHeight = format == 3 ? (height() + 1) / 2 : height();
    AvifPlane blue = format == GRAY ? null : plane(1, chromaWidth, chromaHeight, depth);
    AvifPlane red = format == GRAY ? null : plane(2, chromaWidth, chromaHeight, depth);
    Pointer opacity = image.getPointer(layout.alphaPlane());
    AvifPlane alpha =
        opacity == null
            ? null
            : new AvifPlane(
                opacity, image.getInt(layout.alphaRowBytes()), width(), height(), depth);
    AvifColors colors =
        AvifColors.of(
            depth,
            format == GRAY,
            image.getInt(AvifLayout.RANGE) == FULL_RANGE,
            image.getShort(layout.matrix()),
            image.getShort(layout.primaries()));
    return new AvifSamples(
        luminance, blue, red, alpha, colors, image.getInt(layout.premultiplied()) != 0);
  }

  private @Nullable AvifPlane plane(int index, int width, int height, int depth) {
    Pointer found = image.getPointer(AvifLayout.PLANES + 8L * index);
    return found == null
        ? null
        : new AvifPlane(
            found, image.getInt(AvifLayout.ROW_BYTES + 4L * index), width, height, depth);
  }

  @Override
  public int width() {
    return image.getInt(AvifLayout.WIDTH);
  }

  @Override
  public int height() {
    return image.getInt(AvifLayout.HEIGHT);
  }

  /** Combines the rotation, by quarter turns to the left, and the mirroring after it. */
  @Override
  public int orientation() {
    int transformations = image.getInt(layout.transformations());
    int angle = (transformations & ROTATES) == 0 ? 0 : image.getByte(layout.rotation()) & 3;
    boolean mirrors = (transformations & MIRRORS) != 0;
    boolean swapsSides = image.getByte(layout.mirror()) != 0;
    return switch (angle) {
      case 0 -> mirrors ? (swapsSides ? 2 : 4) : 1;
      case 1 -> mirrors ? (swapsSides ? 7 : 5) : 8;
      case 2 -> mirrors ? (swapsSides ? 4 : 2) : 3;
      default -> mirrors ? (swapsSides ? 5 : 7) : 6;
    };
  }

  private AvifSamples decoded() {
    if (samples == null) {
      throw new IllegalStateException("not decoded");
    }
    return samples;
  }

  @Override
  public boolean hasAlpha() {
    return decoded().hasAlpha();
  }

  @Override
  public byte[] profile() {
    Pointer bytes = image.getPointer(layout.profile());
    long size = image.getLong(layout.profile() + 8L);
    return bytes == null || size <= 0 || size > ColorProfile.MAX_BYTES
        ? new byte[0]
        : bytes.getByteArray(0, (int) size);
  }

  @Override
  public void readRgb(int y, byte[] row) {
    decoded().readRgb(y, row);
  }

  @Override
  public void readAlpha(int y, byte[] row) {
    decoded().readAlpha(y, row);
  }

  @Override
  public void close() {
    library.avifDecoderDestroy(decoder);
  }
}
