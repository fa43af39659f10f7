package io.groundstream.operators.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.groundstream.operators.archive.Archives;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipShardReaderTest {
  @TempDir Path folder;

  private ArchiveSettings write(byte[] zip) throws IOException {
    Files.write(folder.resolve("shard.zip"), zip);
    return Archives.settings(folder.toString());
  }

  private static byte[] zip(Map<String, byte[]> files, Charset names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, names)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        if (file.getValue().length == 1) {
          CRC32 checksum = new CRC32();
          checksum.update(file.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(1);
          entry.setCrc(checksum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("photos/", new byte[0]);
    files.put("photos/b.json", utf8("{\"n\": 2}"));
    files.put("photos/a.jpg", Archives.image(1, 900));
    files.put("__MACOSX/photos/._a.jpg", utf8("Mac OS X"));
    files.put("photos/b.jpg", new byte[1]);
    files.put("photos/Grün.png", Archives.image(3, 10));
    files.put("photos/22.05.jpg", Archives.image(4, 10));
    files.put("photos/a.json", utf8("{\"n\": 1}"));
    files.put("photos/a.txt", new byte[] {(byte) 0xff, (byte) 0xfe, 'x'});
    files.put("photos/a.png", Archives.image(5, 10));
    files.put("photos/alone.json", utf8("{}"));
    files.put("photos/huge.jpg", new byte[Archives.MAX_IMAGE_BYTES + 1]);
    files.put("readme.md", utf8("x"));
    return files;
  }

  private static final List<String> FILES =
      List.of(
          "shard/photos/a{n=1} without a.txt: sidecar-invalid",
          "shard/photos/b{n=2}",
          "shard/photos/Grün",
          "shard/photos/22.05",
          "shard/photos/a.png{n=1} without a.txt: sidecar-invalid",
          "picture-missing",
          "entry-too-large");

  @Test
  void readsImagesWithSidecarsInAnyOrder() throws Exception {
    for (String names : List.of("UTF-8", "IBM437")) {
      List<ArchivedEvent> events = Reading.all(write(zip(files(), Charset.forName(names))));

      assertThat(Reading.outcomes(events)).containsExactlyElementsOf(FILES);
      assertThat(Reading.event(events.get(0)).getImageBytes())
          .isEqualTo(ByteBuffer.wrap(Archives.image(1, 900)));
      assertThat(events.get(0).event().getOriginPosition()).isEqualTo("photos/a.jpg");
    }
  }

  @Test
  void continuesAfterEveryEvent() throws Exception {
    ArchiveSettings settings = write(zip(files(), StandardCharsets.UTF_8));
    UnitPart part = Reading.parts(settings).get(0);
    List<ArchivedEvent> events =
        Reading.from(part, PartPosition.startOf(part), Reading.context(settings));
    for (int i = 0; i < events.size(); i++) {
      assertThat(
              Reading.outcomes(
                  Reading.from(part, events.get(i).after(), Reading.context(settings))))
          .containsExactlyElementsOf(FILES.subList(i + 1, FILES.size()));
    }
  }

  @Test
  void dataBeforeTheArchiveIsIgnored() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[1000]);
    bytes.writeBytes(zip(files(), StandardCharsets.UTF_8));

    assertThat(Reading.outcomes(Reading.all(write(bytes.toByteArray()))))
        .containsExactlyElementsOf(FILES);
  }

  @Test
  void damageCostsItsEntryOrTheFile() throws Exception {
    byte[] sound = zip(files(), StandardCharsets.UTF_8);
    for (int length = 0; length < sound.length; length += 11) {
      assertThat(Reading.outcomes(Reading.all(write(Arrays.copyOf(sound, length)))))
          .containsExactly("shard-corrupt");
    }
    Random random = new Random(5);
    for (int round = 0; round < 1500; round++) {
      byte[] damaged = sound.clone();
      // Half of the damage hits the directory.
      int from = random.nextBoolean() ? 0 : sound.length - 900;
      damaged[from + random.nextInt(sound.length - from)] ^= (byte) (1 << random.nextInt(8));
      assertThat(Reading.all(write(damaged))).hasSizeLessThan(12);
    }
  }

  @Test
  void encryptedEntriesAreRejectedWithAMessageOfTheirOwn() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.jpg", new byte[1]);
    byte[] zip = zip(files, StandardCharsets.UTF_8);
    // The flag is in the directory's entry, the last structure before the end record.
    int entry = zip.length - 22 - 46 - "a.jpg".length();
    assertThat(zip[entry]).isEqualTo((byte) 'P');
    zip[entry + 8] = 1;
    List<ArchivedEvent> events = Reading.all(write(zip));

    assertThat(Reading.outcomes(events)).containsExactly("entry-unsupported");
    assertThat(events.get(0).event().getFailureMessage()).contains("encrypted");
  }

  @Test
  void manyEntriesOfOneContentAreNotRead() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.jpg", new byte[90_000]);
    byte[] zip = zip(files, StandardCharsets.UTF_8);
    int end = zip.length - 22;
    int entry = end - 46 - "a.jpg".length();
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(zip, 0, entry);
    for (int i = 0; i < 2000; i++) {
      bomb.write(zip, entry, end - entry);
    }
    ByteBuffer last =
        ByteBuffer.wrap(Arrays.copyOfRange(zip, end, zip.length)).order(ByteOrder.LITTLE_ENDIAN);
    last.putShort(10, (short) 2000).putInt(12, 2000 * (end - entry));
    bomb.writeBytes(last.array());
    List<ArchivedEvent> events = Reading.all(write(bomb.toByteArray()));

    assertThat(Reading.outcomes(events)).containsExactly("shard-corrupt");
    assertThat(events.get(0).event().getFailureMessage())
        .contains("archive.max-decompression-ratio");
  }

  @Test
  void readsFilesOfOtherTools() throws Exception {
    for (List<String> command :
        List.of(
            List.of("zip", "-q", "-r", "x.zip", "in"),
            List.of("zip", "-q", "-r", "-fz", "x.zip", "in"),
            List.of("7z", "a", "-bd", "-tzip", "x.zip", "in"),
            List.of("bsdtar", "--format", "zip", "-cf", "x.zip", "in"))) {
      assumeThat(Path.of("/usr/bin", command.get(0))).exists();
      Archives.write(
          folder,
          Map.of(
              "in/ä.jpg", Archives.image(1, 5000),
              "in/ä.json", utf8("{\"n\": 1}"),
              "in/b 10.15.30.jpeg", Archives.image(2, 10)));
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      Path zip = folder.resolve("x.zip");

      assertThat(Reading.outcomes(Reading.all(Archives.settings(zip.toString()))))
          .as(String.join(" ", command))
          .containsExactlyInAnyOrder("x/in/ä{n=1}", "x/in/b 10.15.30");
      Files.delete(zip);
    }
  }
}
