package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verifies that a process with a heap of 512 MB survives repeated decoding of the hostile set, the
 * findings of fuzzing, and generated images of the greatest allowed size. Its output is kept in
 * {@code target/hostile-set.txt}.
 */
class HostileSetTest {
  private static final int ROUNDS = 3;

  @TempDir Path made;

  @Test
  void aProcessWithASmallHeapSurvivesAllFiles() throws IOException, InterruptedException {
    write("most-pixels.png", png(7000, 7000));
    write("frame-within.tiff", tiffWithFrame(65_000, 65_000, 1));
    write("scans-within.tiff", tiffWithFrame(16, 16, 400));
    write("profile-bomb.png", pngWithProfileBomb());
    Path report = Path.of("target", "hostile-set.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                HostileSet.class.getName(),
                String.valueOf(ROUNDS),
                Goldens.path("hostile").toString(),
                Goldens.path("fuzz").toString(),
                made.toString())
            .redirectErrorStream(true)
            .redirectOutput(report.toFile())
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    List<String> lines = Files.readAllLines(report);
    assertThat(ended).as("ended within two minutes: %s", lines).isTrue();
    assertThat(process.exitValue()).as("%s", lines).isZero();
    assertThat(lines.get(lines.size() - 1)).startsWith("survived " + ROUNDS + " rounds");
    assertThat(result(lines, "most-pixels.png")).isEqualTo("7000 x 7000");
    assertThat(result(lines, "frame-within.tiff"))
        .isEqualTo(ImageErrorCode.IMAGE_TOO_MANY_PIXELS.code());
    assertThat(result(lines, "scans-within.tiff")).isEqualTo(ImageErrorCode.IMAGE_CORRUPT.code());
    assertThat(result(lines, "profile-bomb.png")).isEqualTo("8 x 8");
    assertThat(result(lines, "bomb-40000x40000.png"))
        .isEqualTo(ImageErrorCode.IMAGE_TOO_MANY_PIXELS.code());
  }

  private static String result(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "\t"))
        .map(line -> line.split("\t", -1)[1])
        .findFirst()
        .orElseThrow();
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(made.resolve(name), bytes);
  }

  /** Returns an empty gray image. */
  private static byte[] png(int width, int height) {
    byte[] header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).array();
    return join(
        signature(),
        chunk("IHDR", header),
        chunk("IDAT", deflate(new byte[(width + 1) * height])),
        chunk("IEND", new byte[0]));
  }

  /** Returns a small image whose profile would have 200 MB. */
  private static byte[] pngWithProfileBomb() {
    byte[] header = ByteBuffer.allocate(13).putInt(8).putInt(8).put((byte) 8).array();
    return join(
        signature(),
        chunk("IHDR", header),
        chunk("iCCP", join(new byte[] {'x', 0, 0}, deflate(new byte[200_000_000]))),
        chunk("IDAT", deflate(new byte[9 * 8])),
        chunk("IEND", new byte[0]));
  }

  /** Returns a TIFF of 16 x 16 pixels whose only strip is a JPEG of the stated size and scans. */
  private static byte[] tiffWithFrame(int width, int height, int scans) {
    byte[] jpeg = Goldens.read("formats/restarts.jpg");
    int frame = Bytes.indexOf(jpeg, new byte[] {(byte) 0xff, (byte) 0xc0});
    int scan = Bytes.indexOf(jpeg, new byte[] {(byte) 0xff, (byte) 0xda});
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
    byte[] scanBytes = Arrays.copyOfRange(jpeg, scan, jpeg.length - 2);
    byte[][] parts = new byte[scans + 2][];
    parts[0] = Arrays.copyOf(jpeg, scan);
    Arrays.fill(parts, 1, scans + 1, scanBytes);
    parts[scans + 1] = new byte[] {(byte) 0xff, (byte) 0xd9};
    byte[] strip = join(parts);
    int[][] fields = {
      {256, 16},
      {257, 16},
      {258, 8},
      {259, 7},
      {262, 6},
      {273, 126},
      {277, 3},
      {278, 16},
      {279, strip.length}
    };
    ByteBuffer tiff = ByteBuffer.allocate(126 + strip.length).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    tiff.putShort((short) fields.length);
    for (int[] field : fields) {
      tiff.putShort((short) field[0]).putShort((short) 4).putInt(1).putInt(field[1]);
    }
    return tiff.putInt(0).position(126).put(strip).array();
  }

  private static byte[] signature() {
    return new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  }

  private static byte[] chunk(String type, byte[] content) {
    byte[] typed = join(type.getBytes(StandardCharsets.US_ASCII), content);
    CRC32 crc = new CRC32();
    crc.update(typed);
    return join(
        ByteBuffer.allocate(4).putInt(content.length).array(),
        typed,
        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  private static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] target = new byte[bytes.length / 500 + 1000];
    int length = deflater.deflate(target);
    deflater.end();
    return Arrays.copyOf(target, length);
  }

  private static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      joined.put(part);
    }
    return joined.array();
  }
}
