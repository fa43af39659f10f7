package io.groundstream.operators.archive.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
  private static final DecompressionLimits LIMITS = DecompressionLimits.DEFAULT;

  @TempDir Path folder;

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(7).nextBytes(content);
    // Half of the content repeats.
    System.arraycopy(content, 0, content, size / 2, size / 2);
    return content;
  }

  private static byte[] compress(Compression compression, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (compression) {
          case GZIP -> new GZIPOutputStream(bytes);
          case ZSTANDARD -> new ZstdOutputStream(bytes).setChecksum(true);
          case XZ -> new XZOutputStream(bytes, new LZMA2Options(1));
          case BZIP2 -> new BZip2CompressorOutputStream(bytes);
          case NONE, LZ4, COMPRESS, LZIP, LZOP, SNAPPY, LZMA, SEVEN_ZIP, RAR ->
              throw new IllegalArgumentException(compression.description());
        }) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static InputStream open(byte[] compressed, DecompressionLimits limits) {
    Compression compression = Compression.of(Arrays.copyOf(compressed, 10));
    return compression.open(new ByteArrayInputStream(compressed), limits);
  }

  private static byte[] read(byte[] compressed) throws IOException {
    try (InputStream in = open(compressed, LIMITS)) {
      return in.readAllBytes();
    }
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTANDARD", "XZ", "BZIP2"})
  void readsContentCompressedInOneOrManyPieces(Compression compression) throws Exception {
    byte[] content = content(300_000);
    byte[] piece = compress(compression, content);
    byte[] none = compress(compression, new byte[0]);

    assertThat(Compression.of(Arrays.copyOf(piece, 10))).isEqualTo(compression);
    assertThat(read(piece)).isEqualTo(content);
    assertThat(read(joined(piece, piece, piece))).isEqualTo(joined(content, content, content));
    assertThat(read(joined(none, piece, none))).isEqualTo(content);
    assertThat(read(none)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTANDARD", "XZ", "BZIP2"})
  void damageAndTruncationAreReported(Compression compression) {
    byte[] piece = compress(compression, content(20_000));
    for (int length = 10; length < piece.length; length += 97) {
      byte[] cut = Arrays.copyOf(piece, length);
      assertThatThrownBy(() -> read(cut))
          .as("cut to %s of %s", length, piece.length)
          .isInstanceOfSatisfying(
              CompressionException.class, e -> assertThat(e.truncated()).isTrue());
    }
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      byte[] damaged = piece.clone();
      damaged[10 + random.nextInt(damaged.length - 10)] ^= (byte) (1 << random.nextInt(8));
      try {
        // Damage outside checksums may pass, but no other content may come out.
        assertThat(read(damaged)).isEqualTo(content(20_000));
      } catch (IOException e) {
        assertThat(e).isInstanceOf(CompressionException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTANDARD", "XZ", "BZIP2"})
  void aFileSystemFailureIsNotReportedAsDamage(Compression compression) {
    byte[] piece = compress(compression, content(300_000));
    IOException failure = new IOException("the cable");
    InputStream failing =
        new FilterInputStream(new ByteArrayInputStream(piece)) {
          private int left = 50_000;

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
              throw failure;
            }
            int got = super.read(target, offset, Math.min(length, left));
            left -= got;
            return got;
          }
        };
    assertThatThrownBy(() -> compression.open(failing, LIMITS).readAllBytes()).isSameAs(failure);
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTANDARD", "XZ", "BZIP2"})
  void bombsEndAtTheLimits(Compression compression) throws Exception {
    byte[] zeros = new byte[1 << 20];
    byte[] megabyte = compress(compression, zeros);
    byte[][] parts = new byte[80][];
    Arrays.fill(parts, megabyte);
    byte[] bomb = joined(parts);

    try (InputStream in = open(bomb, new DecompressionLimits(100, 1L << 40, 1L << 27))) {
      assertThatThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()))
          .isInstanceOf(CompressionException.class)
          .hasMessageContaining("archive.max-decompression-ratio");
    }
    try (InputStream in = open(bomb, new DecompressionLimits(100_000, 1L << 21, 1L << 27))) {
      assertThatThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()))
          .isInstanceOf(CompressionException.class)
          .hasMessageContaining("archive.max-decompressed-bytes");
    }
  }

  @Test
  void aLargeDictionaryIsRejected() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LZMA2Options options = new LZMA2Options(1);
    options.setDictSize(64 << 20);
    try (OutputStream out = new XZOutputStream(bytes, options)) {
      out.write(content(100));
    }
    assertThat(read(bytes.toByteArray())).isEqualTo(content(100));
    assertThatThrownBy(
            () ->
                open(bytes.toByteArray(), new DecompressionLimits(500, 1L << 40, 32 << 20))
                    .readAllBytes())
        .isInstanceOf(CompressionException.class)
        .hasMessageContaining("archive.max-decompression-memory");
  }

  @Test
  void aLargeWindowIsRejected() throws Exception {
    // A frame of one raw block of one byte, whose header requires a window of 1 GB.
    byte[] frame = HexFormat.of().parseHex("28b52ffd" + "00" + "a0" + "090000" + "41");
    assertThatThrownBy(() -> read(frame))
        .isInstanceOf(CompressionException.class)
        .hasMessageContaining("archive.max-decompression-memory");
  }

  @Test
  void dataAfterTheLastMemberIsReported() throws Exception {
    byte[] content = content(1000);
    byte[] piece = compress(Compression.GZIP, content);

    assertThat(read(joined(piece, new byte[1000]))).isEqualTo(content);
    assertThatThrownBy(() -> read(joined(piece, "garbage".getBytes(StandardCharsets.US_ASCII))))
        .isInstanceOf(CompressionException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "04224d18, LZ4",
    "02214c18, LZ4",
    "1f9d90, COMPRESS",
    "4c5a4950, LZIP",
    "526172211a07, RAR"
  })
  void unsupportedCompressionsAreRejectedByName(String magic, Compression compression) {
    byte[] first = Arrays.copyOf(HexFormat.of().parseHex(magic), 10);

    assertThat(Compression.of(first)).isEqualTo(compression);
    assertThat(compression.isSupported()).isFalse();
    assertThat(compression.refusal()).contains(compression.description());
  }

  @ParameterizedTest
  @ValueSource(strings = {"BZh9photos/1.jpg", "id,uri", "{\"uri\": 1}", "", "ustar"})
  void otherFilesAreNotCompressed(String text) {
    assertThat(Compression.of(text.getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(Compression.NONE);
  }

  /** Runs each installed tool, with options that change the format. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip -9",
        "pigz -b 128",
        "bgzip -f",
        "zstd -q -19",
        "zstd -q --long=27",
        "pzstd -q",
        "xz -9",
        "xz -T2 --block-size=65536 --check=sha256",
        "bzip2 -1",
        "pbzip2 -b1"
      })
  void readsFilesOfOtherTools(String command) throws Exception {
    String tool = command.substring(0, command.indexOf(' '));
    assumeThat(Path.of("/usr/bin", tool)).exists();
    byte[] content = content(3_000_000);
    Path file = folder.resolve("x");
    Files.write(file, content);
    Process process =
        new ProcessBuilder((command + " " + file).split(" ", -1))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    try (var files = Files.list(folder)) {
      Path compressed =
          files
              .filter(path -> path.getFileName().toString().startsWith("x."))
              .findFirst()
              .orElseThrow(() -> new AssertionError(command + " wrote nothing"));
      assertThat(read(Files.readAllBytes(compressed))).isEqualTo(content);
    }
  }
}
