package io.groundstream.images;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Resizes 8-bit RGB exactly as Pillow's {@code Image.resize} with {@code BICUBIC} does: Keys' cubic
 * convolution with a = −0.5 (R. G. Keys, "Cubic convolution interpolation for digital image
 * processing", 1981), widened by the scale when shrinking so that it antialiases, in two passes,
 * first along rows and then along columns, with fixed-point coefficients of 22 bits and a result
 * rounded to 8 bits after each pass.
 *
 * <p>The image is processed in tiles. A tile is transposed, one array per column, so that both
 * passes add whole weighted arrays element by element, which the JVM's compiler turns into vector
 * instructions. Sums are written out as soon as they are complete, so that the open ones stay in
 * the processor's L1 cache. Besides the result, only one tile and one band of resized rows are
 * held, whatever the size of the image: about 350 KiB for 224 x 224.
 *
 * <p>An instance is not thread-safe; {@link #resize(DecodedImage, int, int)} creates its own.
 */
final class BicubicResampler {
  /** Long enough to outweigh the set-up of loops over them, short enough for the caches. */
  private static final int TILE_ROWS = 96;

  private static final int TILE_COLUMNS = 64;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final DecodedImage image;
  private final int width;
  private final int height;
  private final BicubicKernel across;
  private final BicubicKernel down;

  /** The tile: one array of up to {@link #TILE_ROWS} samples per channel and column. */
  private final int[][] tile;

  /** Sums per channel and column of the result, one for each of the tile's rows. */
  private final OpenSums columns;

  /** The resized rows of a band. */
  private final int[][] rows;

  /** Sums per row of the result. */
  private final OpenSums resultRows;

  private final byte[] target;

  /** The first row of the result that is not complete. */
  private int firstOpen;

  /** The sums of positions that are begun and not yet complete; their arrays are reused. */
  private static final class OpenSums {
    private final int[] @Nullable [] ofPlace;
    private final int channels;
    private final int length;
    private final Deque<int[]> spare = new ArrayDeque<>();

    OpenSums(int places, int channels, int length) {
      this.ofPlace = new int[places * channels][];
      this.channels = channels;
      this.length = length;
    }

    /** Returns the sums of a position's channel; new ones start with the rounding term. */
    int[] of(int place, int channel) {
      int index = place * channels + channel;
      int[] sums = ofPlace[index];
      if (sums == null) {
        int[] used = spare.poll();
        sums = used == null ? new int[length] : used;
        Arrays.fill(sums, BicubicKernel.ROUNDING);
        ofPlace[index] = sums;
      }
      return sums;
    }

    void done(int place) {
      for (int index = place * channels; index < (place + 1) * channels; index++) {
        int[] sums = ofPlace[index];
        if (sums != null) {
          spare.push(sums);
          ofPlace[index] = null;
        }
      }
    }
  }

  private BicubicResampler(DecodedImage image, int width, int height) {
    this.image = image;
    this.width = width;
    this.height = height;
    this.across = new BicubicKernel(image.width(), width);
    this.down = new BicubicKernel(image.height(), height);
    int bandRows = Math.min(TILE_ROWS, image.height());
    this.tile = new int[3 * Math.min(TILE_COLUMNS, image.width())][bandRows];
    this.columns = new OpenSums(width, 3, bandRows);
    this.rows = new int[bandRows][3 * width];
    this.resultRows = new OpenSums(height, 1, 3 * width);
    this.target = new byte[3 * width * height];
  }

  /** Resizes an image; one that already has the size is returned unchanged. */
  static DecodedImage resize(DecodedImage image, int width, int height) {
    if (width == image.width() && height == image.height()) {
      return image;
    }
    return new BicubicResampler(image, width, height).resize();
  }

  private DecodedImage resize() {
    for (int top = 0; top < image.height(); top += TILE_ROWS) {
      int count = Math.min(TILE_ROWS, image.height() - top);
      int firstPlace = 0;
      for (int left = 0; left < image.width(); left += TILE_COLUMNS) {
        int end = Math.min(left + TILE_COLUMNS, image.width());
        fillTile(left, end, top, count);
        for (int place = firstPlace; place < width && across.first(place) < end; place++) {
          addColumns(place, left, end, count);
          if (across.end(place) <= end) {
            transposeBack(place, count);
            firstPlace = place + 1;
          }
        }
      }
      addRows(top, count);
    }
    return new DecodedImage(width, height, target);
  }

  /** Transposes a part of the image, eight columns at a time, which take one read per row. */
  private void fillTile(int left, int end, int top, int count) {
    byte[] rgb = image.rgb();
    int rowLength = 3 * image.width();
    int from = 3 * left;
    int samples = 3 * (end - left);
    int column = 0;
    for (; column + 8 <= samples; column += 8) {
      int[] first = tile[column];
      int[] second = tile[column + 1];
      int[] third = tile[column + 2];
      int[] fourth = tile[column + 3];
      int[] fifth = tile[column + 4];
      int[] sixth = tile[column + 5];
      int[] seventh = tile[column + 6];
      int[] eighth = tile[column + 7];
      int in = top * rowLength + from + column;
      for (int row = 0; row < count; row++, in += rowLength) {
        long eight = (long) EIGHT_BYTES.get(rgb, in);
        first[row] = (int) eight & 0xff;
        second[row] = (int) (eight >> 8) & 0xff;
        third[row] = (int) (eight >> 16) & 0xff;
        fourth[row] = (int) (eight >> 24) & 0xff;
        fifth[row] = (int) (eight >> 32) & 0xff;
        sixth[row] = (int) (eight >> 40) & 0xff;
        seventh[row] = (int) (eight >> 48) & 0xff;
        eighth[row] = (int) (eight >> 56) & 0xff;
      }
    }
    for (; column < samples; column++) {
      int in = top * rowLength + from + column;
      for (int row = 0; row < count; row++, in += rowLength) {
        tile[column][row] = rgb[in] & 0xff;
      }
    }
  }

  /** Adds the tile's neighbours of a column of the result to that column's sums. */
  private void addColumns(int place, int left, int end, int count) {
    int[] weights = across.weights(place);
    int first = across.first(place);
    int from = Math.max(first, left);
    int until = Math.min(across.end(place), end);
    int[] red = columns.of(place, 0);
    int[] green = columns.of(place, 1);
    int[] blue = columns.of(place, 2);
    int index = from;
    for (; index + 4 <= until; index += 4) {
      int in = 3 * (index - left);
      int tap = index - first;
      int weight0 = weights[tap];
      int weight1 = weights[tap + 1];
      int weight2 = weights[tap + 2];
      int weight3 = weights[tap + 3];
      add(
          tile[in],
          weight0,
          tile[in + 3],
          weight1,
          tile[in + 6],
          weight2,
          tile[in + 9],
          weight3,
          red,
          count);
      add(
          tile[in + 1],
          weight0,
          tile[in + 4],
          weight1,
          tile[in + 7],
          weight2,
          tile[in + 10],
          weight3,
          green,
          count);
      add(
          tile[in + 2],
          weight0,
          tile[in + 5],
          weight1,
          tile[in + 8],
          weight2,
          tile[in + 11],
          weight3,
          blue,
          count);
    }
    for (; index < until; index++) {
      int in = 3 * (index - left);
      int weight = weights[index - first];
      add(tile[in], weight, red, count);
      add(tile[in + 1], weight, green, count);
      add(tile[in + 2], weight, blue, count);
    }
  }

  private static void add(int[] values, int weight, int[] sums, int count) {
    for (int index = 0; index < count; index++) {
      sums[index] += values[index] * weight;
    }
  }

  private static void add(
      int[] first,
      int firstWeight,
      int[] second,
      int secondWeight,
      int[] third,
      int thirdWeight,
      int[] fourth,
      int fourthWeight,
      int[] sums,
      int count) {
    for (int index = 0; index < count; index++) {
      sums[index] +=
          first[index] * firstWeight
              + second[index] * secondWeight
              + third[index] * thirdWeight
              + fourth[index] * fourthWeight;
    }
  }

  /** Writes a complete column into the resized rows. */
  private void transposeBack(int place, int count) {
    int column = 3 * place;
    int[] red = columns.of(place, 0);
    int[] green = columns.of(place, 1);
    int[] blue = columns.of(place, 2);
    for (int row = 0; row < count; row++) {
      int[] samples = rows[row];
      samples[column] = level(red[row]);
      samples[column + 1] = level(green[row]);
      samples[column + 2] = level(blue[row]);
    }
    columns.done(place);
  }

  /** Adds a band's rows to the sums of the result's rows whose neighbours they are. */
  private void addRows(int top, int count) {
    int end = top + count;
    for (int place = firstOpen; place < height && down.first(place) < end; place++) {
      int[] weights = down.weights(place);
      int[] sums = resultRows.of(place, 0);
      int first = down.first(place);
      int until = Math.min(down.end(place), end);
      int index = Math.max(first, top);
      for (; index + 4 <= until; index += 4) {
        int tap = index - first;
        int in = index - top;
        add(
            rows[in],
            weights[tap],
            rows[in + 1],
            weights[tap + 1],
            rows[in + 2],
            weights[tap + 2],
            rows[in + 3],
            weights[tap + 3],
            sums,
            sums.length);
      }
      for (; index < until; index++) {
        add(rows[index - top], weights[index - first], sums, sums.length);
      }
      if (down.end(place) <= end) {
        finish(place, sums);
        firstOpen = place + 1;
      }
    }
  }

  private void finish(int place, int[] sums) {
    int out = place * sums.length;
    for (int sum : sums) {
      target[out++] = (byte) level(sum);
    }
    resultRows.done(place);
  }

  private static int level(int sum) {
    return Math.max(0, Math.min(sum >> BicubicKernel.PRECISION_BITS, 255));
  }
}
