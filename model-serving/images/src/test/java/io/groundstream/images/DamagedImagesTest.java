package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Verifies that every kind of damage is rejected by default, and accepted if the options say so.
 */
class DamagedImagesTest {
  private static final ImageDecoder STRICT = new ImageDecoder(ImageOptions.defaults());
  private static final ImageDecoder LENIENT =
      new ImageDecoder(ImageOptions.defaults().withTruncated(true));
  private static final int SIDE = 64;
  private static final int ROW = 1 + 3 * SIDE;

  /** The kinds of damage of a PNG. */
  enum PngDamage {
    CUT_DATA,
    SHORT_DATA,
    BAD_BITS,
    DATA_CHECKSUM,
    ROW_FILTER,
    HEADER_CHECKSUM
  }

  @ParameterizedTest
  @EnumSource
  void decodesTheIntactPartOfAPng(PngDamage damage) throws ImageException {
    byte[] rows = rows();
    byte[] whole = png(deflate(rows), 0);
    byte[] damaged =
        switch (damage) {
          case CUT_DATA -> Arrays.copyOf(whole, whole.length * 2 / 3);
          case SHORT_DATA -> png(deflate(Arrays.copyOf(rows, rows.length / 2)), 0);
          case BAD_BITS -> {
            byte[] data = deflate(rows);
            Arrays.fill(data, data.length * 2 / 3, data.length, (byte) 0xff);
            yield png(data, 0);
          }
          case DATA_CHECKSUM -> {
            byte[] data = deflate(rows);
            data[data.length - 1] ^= 1;
            yield png(data, 0);
          }
          case ROW_FILTER -> {
            byte[] other = rows.clone();
            other[40 * ROW] = 9;
            yield png(deflate(other), 0);
          }
          case HEADER_CHECKSUM -> png(deflate(rows), 1);
        };
    assertRejected(damaged);
    DecodedImage expected = STRICT.decode(whole);
    DecodedImage decoded = LENIENT.decode(damaged);
    int quarter = expected.rgb().length / 4;
    assertThat(Arrays.copyOf(decoded.rgb(), quarter))
        .isEqualTo(Arrays.copyOf(expected.rgb(), quarter));
  }

  /** Such files lose no pixel, and all decoders accept them. */
  @Test
  void acceptsAPngWithoutItsEndOrWithABadChecksumOfItsData() throws ImageException {
    byte[] data = deflate(rows());
    byte[] whole = png(data, 0);
    byte[] expected = STRICT.decode(whole).rgb();
    byte[] withoutEnd = Arrays.copyOf(whole, whole.length - 12);
    assertThat(STRICT.decode(withoutEnd).rgb()).isEqualTo(expected);
    byte[] checksum = whole.clone();
    checksum[whole.length - 13] ^= 1;
    assertThat(STRICT.decode(checksum).rgb()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "images/animated.gif, 0.15",
    "images/plain.bmp, 0.6",
    "formats/runs8.bmp, 0.6",
    "formats/zstd.tiff, 0.6",
    "formats/lzma.tiff, 0.6",
    "formats/planar-16-tiles.tiff, 0.6"
  })
  void decodesTheIntactPartOfATruncatedImage(String name, double share) throws ImageException {
    byte[] whole = Goldens.read(name);
    DecodedImage expected = STRICT.decode(whole);
    byte[] cut = withDirectoryFirst(whole, share);
    assertRejected(cut);
    DecodedImage decoded = LENIENT.decode(cut);
    assertThat(decoded.rgb()).hasSize(expected.rgb().length).isNotEqualTo(expected.rgb());
    assertThat(same(decoded, expected)).isGreaterThan(expected.rgb().length / 10);
  }

  @ParameterizedTest
  @CsvSource({
    "formats/zstd.tiff",
    "formats/lzma.tiff",
    "formats/lzw-predicted-32.tiff",
    "formats/fax-2d.tiff",
    "formats/group4.tiff",
    "formats/byte-counts-missing.tiff"
  })
  void decodesTheOtherStripsOfATiffWithADamagedOne(String name) throws ImageException {
    byte[] damaged = Goldens.read(name);
    DecodedImage expected = STRICT.decode(damaged);
    TiffDirectory directory = TiffDirectory.read(damaged, ImageLimits.defaults());
    int last = directory.offsets.length - 1;
    int strip = (int) directory.offsets[last];
    int length = last < directory.byteCounts.length ? (int) directory.byteCounts[last] : 40;
    Arrays.fill(damaged, strip + 8, strip + Math.min(length, 40), (byte) 0);
    assertRejected(damaged);
    DecodedImage decoded = LENIENT.decode(damaged);
    assertThat(decoded.rgb()).isNotEqualTo(expected.rgb());
    assertThat(same(decoded, expected)).isGreaterThan(expected.rgb().length / 3);
  }

  @Test
  void acceptsAWebpWithoutTheDataAfterItsImage() throws ImageException {
    byte[] whole = Goldens.read("orientation/exif6.webp");
    byte[] cut = Arrays.copyOf(whole, whole.length - 10);
    assertRejected(cut);
    assertThat(LENIENT.decode(cut).width()).isEqualTo(16);
  }

  private static void assertRejected(byte[] damaged) {
    ImageException failure =
        catchThrowableOfType(ImageException.class, () -> STRICT.decode(damaged));
    assertThat(failure.errorCode())
        .isIn(List.of(ImageErrorCode.IMAGE_TRUNCATED, ImageErrorCode.IMAGE_CORRUPT));
  }

  /** Truncates a file, but a TIFF only in its last part, since its directory may be at the end. */
  private static byte[] withDirectoryFirst(byte[] whole, double share) throws ImageException {
    if (ImageFormat.sniff(whole) != ImageFormat.TIFF) {
      return Arrays.copyOf(whole, (int) (whole.length * share));
    }
    long last = 0;
    for (long offset : TiffDirectory.read(whole, ImageLimits.defaults()).offsets) {
      last = Math.max(last, offset);
    }
    return Arrays.copyOf(whole, (int) last + 30);
  }

  private static int same(DecodedImage first, DecodedImage second) {
    int same = 0;
    for (int index = 0; index < first.rgb().length; index++) {
      same += first.rgb()[index] == second.rgb()[index] ? 1 : 0;
    }
    return same;
  }

  private static byte[] rows() {
    byte[] rows = new byte[SIDE * ROW];
    // Random, so that the damage is detected at once.
    new Random(1).nextBytes(rows);
    for (int row = 0; row < SIDE; row++) {
      rows[row * ROW] = 0;
    }
    return rows;
  }

  private static byte[] png(byte[] data, int wrong) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(SIDE).putInt(SIDE).put((byte) 8);
    file.writeBytes(chunk("IHDR", header.put((byte) 2).array(), wrong));
    file.writeBytes(chunk("IDAT", data, 0));
    file.writeBytes(chunk("IEND", new byte[0], 0));
    return file.toByteArray();
  }

  private static byte[] chunk(String type, byte[] content, int wrong) {
    byte[] typed = new byte[4 + content.length];
    for (int index = 0; index < 4; index++) {
      typed[index] = (byte) type.charAt(index);
    }
    System.arraycopy(content, 0, typed, 4, content.length);
    CRC32 crc = new CRC32();
    crc.update(typed);
    return ByteBuffer.allocate(typed.length + 8)
        .putInt(content.length)
        .put(typed)
        .putInt((int) crc.getValue() ^ wrong)
        .array();
  }

  private static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] target = new byte[2 * bytes.length + 100];
    int length = deflater.deflate(target);
    deflater.end();
    return Arrays.copyOf(target, length);
  }
}
