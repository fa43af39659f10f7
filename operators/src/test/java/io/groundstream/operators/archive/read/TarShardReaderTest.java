package io.groundstream.operators.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.Archives;
import io.groundstream.operators.archive.Archives.TarBuilder;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.event.EventNotes;
import io.groundstream.schemas.Ids;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarShardReaderTest {
  private static final int BLOCK = 512;

  @TempDir Path folder;

  private ArchiveSettings write(byte[] tar) throws IOException {
    return write("shard.tar", tar);
  }

  private ArchiveSettings write(String name, byte[] tar) throws IOException {
    Files.write(folder.resolve(name), tar);
    return Archives.settings(folder.toString());
  }

  private List<String> read(TarBuilder tar) throws Exception {
    return Reading.outcomes(Reading.all(write(tar.build())));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** Returns an intact shard with samples of all kinds, some of them broken. */
  private static TarBuilder mixed() {
    String longName = "folder/".repeat(30) + "long";
    return new TarBuilder()
        .file("000.jpg", Archives.image(0, 700))
        .file("000.json", "{\"a\": {\"b\": 1, \"c\": [1, 2]}, \"d\": null, \"e\": \"x\"}")
        .file("000.txt", " a dog \n")
        .file("001.cls", "7")
        .file("001.jpg", Archives.image(1, 512))
        .file("noise", "x")
        .file("002.jpg", Archives.image(2, 10))
        .file("002.png", Archives.image(3, 10))
        .file("002.json", "{}")
        .file("003.jpg", Archives.image(4, 10))
        .file("003.json", "{")
        .file("sub.dir/004.JPG", Archives.image(5, 10))
        .file("005.json", "{}")
        .file(".jpg", Archives.image(5, 10))
        .file("000.jpg", Archives.image(6, 10))
        .file("006.jpg", Archives.image(7, Archives.MAX_IMAGE_BYTES + 1))
        .file("007.jpg", Archives.image(8, 10))
        .file("007.jpg", Archives.image(9, 10))
        .file(longName + ".jpg", Archives.image(10, 10))
        .file("last.jpg", Archives.image(11, 10));
  }

  private static final List<String> MIXED =
      List.of(
          "shard/000{a.b=1, a.c=[1,2], e=x, text=a dog}",
          "shard/001{cls=7}",
          "shard/002",
          "shard/002.png",
          "shard/003 without 003.json: sidecar-invalid",
          "shard/sub.dir/004",
          "picture-missing",
          "key-missing",
          "duplicate-key",
          "entry-too-large",
          "shard/007",
          "duplicate-key",
          "shard/" + "folder/".repeat(30) + "long",
          "shard/last");

  @Test
  void readsSamplesInTheConventionOfWebDataset() throws Exception {
    assertThat(read(mixed())).containsExactlyElementsOf(MIXED);
    assertThat(read(mixed().gnu())).containsExactlyElementsOf(MIXED);
  }

  @Test
  void readsCompressedShards() throws Exception {
    assertThat(Reading.outcomes(Reading.all(write("shard.tar.gz", gzip(mixed().build())))))
        .containsExactlyElementsOf(MIXED);
  }

  /**
   * Returns a shard in the order of a directory listing, in which sidecars are not beside their
   * images.
   */
  private static TarBuilder inDirectoryOrder() {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 40; i++) {
      tar.file("photos/" + i + ".jpg", Archives.image(i, 300 + 10 * i));
    }
    for (int i = 39; i >= 0; i--) {
      tar.file("photos/" + i + ".json", "{\"n\": " + i + "}");
    }
    for (int i = 0; i < 40; i += 3) {
      tar.file("photos/" + i + ".png", Archives.image(i + 100, 100));
      tar.file("photos/" + i + ".txt", "text " + i);
    }
    return tar.file("photos/7.jpg", Archives.image(7, 20)).file("photos/alone.json", "{}");
  }

  private static List<String> inDirectoryOrderExpected() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      expected.add("shard/photos/" + i + (i % 3 == 0 ? "{n=%d, text=text %d}" : "{n=%d}"));
      expected.set(i, String.format(expected.get(i), i, i));
    }
    for (int i = 0; i < 40; i += 3) {
      expected.add(String.format("shard/photos/%d.png{n=%d, text=text %d}", i, i, i));
    }
    expected.add("duplicate-key");
    expected.add("picture-missing");
    return expected;
  }

  @Test
  void entriesNeedNotBeAdjacent() throws Exception {
    byte[] tar = inDirectoryOrder().build();
    write(tar);
    write("packed.tar.gz", gzip(tar));
    Files.delete(folder.resolve("packed.tar.gz"));
    for (int size : new int[] {1, 2000, 20_000, 1 << 28}) {
      List<UnitPart> parts = Reading.parts(Archives.settings(size, folder.toString()));
      assertThat(Reading.outcomes(Reading.all(Archives.settings(size, folder.toString()))))
          .as("in %s parts", parts.size())
          .containsExactlyElementsOf(inDirectoryOrderExpected());
    }
    Files.delete(folder.resolve("shard.tar"));
    assertThat(Reading.outcomes(Reading.all(write("shard.tar.gz", gzip(tar)))))
        .containsExactlyElementsOf(inDirectoryOrderExpected());
  }

  @Test
  void continuesAfterEveryEventInAnyOrder() throws Exception {
    byte[] tar = inDirectoryOrder().build();
    for (ArchiveSettings settings :
        List.of(
            write(tar),
            Archives.settings(5000, folder.toString()),
            write("shard.tar", gzip(tar)))) {
      for (UnitPart part : Reading.parts(settings)) {
        List<ArchivedEvent> events =
            Reading.from(part, PartPosition.startOf(part), Reading.context(settings));
        List<String> whole = Reading.outcomes(events);
        for (int i = 0; i < events.size(); i++) {
          assertThat(
                  Reading.outcomes(
                      Reading.from(part, events.get(i).after(), Reading.context(settings))))
              .as("after event %s of %s", i, part)
              .containsExactlyElementsOf(whole.subList(i + 1, whole.size()));
        }
      }
    }
  }

  @Test
  void aSidecarTooFarAwayCostsNoImage() throws Exception {
    TarBuilder tar = new TarBuilder().file("0.jpg", new byte[1]).file("1.jpg", new byte[90_000]);
    for (int i = 0; i < 12; i++) {
      tar.file("filler/" + i + ".jpg", new byte[99_000]);
    }
    List<String> outcomes =
        read(tar.file("1.json", "{\"a\": 1}").file("11.json", "{}").file("0.json", "{}"));

    assertThat(outcomes).hasSize(17).contains("shard/0", "shard/1").doesNotContain("shard/1{a=1}");
    assertThat(outcomes.subList(14, 17)).containsOnly("picture-missing");
  }

  @Test
  void filesOfOperatingSystemsAreIgnored() throws Exception {
    byte[] noise = "Mac OS X".getBytes(StandardCharsets.US_ASCII);
    TarBuilder tar =
        new TarBuilder()
            .file("./._a", noise)
            .file("._000.jpg", noise)
            .file("000.jpg", new byte[1])
            .file("._000.json", noise)
            .file("000.json", "{\"a\": 1}")
            .file("__MACOSX/._000.jpg", noise)
            .file("x/.DS_Store", noise)
            .file("x/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", noise)
            .file("x/Thumbs.db", noise)
            .file("PaxHeaders.7/1.jpg", noise)
            .file("x/1.jpg", new byte[1]);
    List<ArchivedEvent> events = Reading.all(write(tar.build()));

    assertThat(Reading.outcomes(events)).containsExactly("shard/000{a=1}", "shard/x/1");
    assertThat(events).allSatisfy(event -> assertThat(event.event().getNotes()).isNull());
  }

  @Test
  void namesMayHaveDots() throws Exception {
    TarBuilder tar =
        new TarBuilder()
            .file("WhatsApp Image 2024-01-02 at 10.15.30.jpeg", new byte[1])
            .file("22.05.jpg", new byte[1])
            .file("22.05.json", "{\"a\": 1}")
            .file("22.06.jpg", new byte[1])
            .file("Screenshot 2024.05.01.png", new byte[1])
            .file("Mr. Smith.jpg", new byte[1])
            .file("ok.jpg", new byte[1])
            .file("ok.seg.png", new byte[1])
            .file("ok.json", "{\"b\": 2}")
            .file("ok.caption", "x")
            .file("0001.input.jpg", new byte[1])
            .file("0001.target.jpg", new byte[1])
            .file("0001.json", "{\"c\": 3}")
            .file("a.jpg.png", new byte[1])
            .file("readme.md", "x");
    List<ArchivedEvent> events = Reading.all(write(tar.build()));

    assertThat(Reading.outcomes(events))
        .containsExactly(
            "shard/WhatsApp Image 2024-01-02 at 10.15.30",
            "shard/22.05{a=1}",
            "shard/22.06",
            "shard/Screenshot 2024.05.01",
            "shard/Mr. Smith",
            "shard/ok{b=2}",
            "shard/0001.input{c=3}",
            "shard/0001.target{c=3}",
            "shard/a.jpg");
    List<String> ignored = new ArrayList<>();
    long count = 0;
    for (ArchivedEvent event : events) {
      EventNotes notes = event.event().getNotes();
      if (notes != null) {
        assertThat(notes.getCodes()).containsExactly("entries-skipped");
        ignored.addAll(List.of(notes.getExamples()));
        count += notes.getCounts()[0];
      }
    }
    assertThat(count).isEqualTo(3);
    assertThat(ignored).contains("shard.tar, ok.seg.png", "shard.tar, readme.md");
  }

  @Test
  void twoNamesNeverShareAnIdentifier() throws Exception {
    List<String> outcomes =
        read(
            new TarBuilder()
                .file("a.png", new byte[1])
                .file("b.jpg", new byte[1])
                .file("a.jpg", new byte[1])
                .file("c.JPG", new byte[1])
                .file("c.jpg", new byte[1])
                .file("a.png.jpg", new byte[1])
                .file("./b.jpg", new byte[1])
                .file("b.jpg", new byte[1]));

    assertThat(outcomes)
        .containsExactly(
            "shard/a",
            "shard/b",
            "shard/a.jpg",
            "shard/c",
            "shard/c.jpg",
            "shard/a.png",
            "shard/b.jpg",
            "duplicate-key");
  }

  @Test
  void namesThatAreNotUtf8StayDistinct() throws Exception {
    byte[] tar =
        new TarBuilder()
            .file("Gr1n.jpg", new byte[1])
            .file("Gr2n.jpg", new byte[1])
            .file("Gru\u0308n.jpg", new byte[1])
            .file("Gr\u00fcn.jpg", new byte[1])
            .build();
    rename(tar, 0, (byte) 0xfc);
    rename(tar, 2 * BLOCK, (byte) 0xe4);

    assertThat(Reading.outcomes(Reading.all(write(tar))))
        .containsExactly("shard/Gr\\xFCn", "shard/Gr\\xE4n", "shard/Gru\u0308n", "shard/Gr\u00fcn");
  }

  /** Changes the third byte of a name, and updates the checksum. */
  private static void rename(byte[] tar, int header, byte value) {
    int sum = 0;
    tar[header + 2] = value;
    Arrays.fill(tar, header + 148, header + 156, (byte) ' ');
    for (int i = 0; i < BLOCK; i++) {
      sum += tar[header + i] & 0xff;
    }
    byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, tar, header + 148, 8);
  }

  @Test
  void aHardLinkHasTheBytesOfItsTarget() throws Exception {
    TarArchiveEntry second = new TarArchiveEntry("b.jpg", TarConstants.LF_LINK);
    second.setLinkName("a.jpg");
    TarArchiveEntry dangling = new TarArchiveEntry("c.jpg", TarConstants.LF_LINK);
    dangling.setLinkName("nowhere.jpg");
    TarBuilder builder = new TarBuilder().file("a.jpg", Archives.image(1, 90_000));
    for (int i = 0; i < 8; i++) {
      builder.file("filler/" + i + ".jpg", new byte[90_000]);
    }
    byte[] tar = builder.entry(second, null).file("b.txt", "again").entry(dangling, null).build();
    for (byte[] shard : List.of(tar, gzip(tar))) {
      ArchiveSettings settings = write(shard);
      List<ArchivedEvent> events = Reading.all(settings);
      assertThat(Reading.outcomes(events.subList(9, 11)))
          .containsExactly("shard/b{text=again}", "entry-unsupported");
      assertThat(Reading.event(events.get(9)).getImageBytes())
          .isEqualTo(ByteBuffer.wrap(Archives.image(1, 90_000)));
      assertThat(events.get(10).event().getFailureMessage()).contains("a hard link to nowhere.jpg");
      UnitPart part = Reading.parts(settings).get(0);
      assertThat(
              Reading.event(
                      Reading.from(part, events.get(8).after(), Reading.context(settings)).get(0))
                  .getImageBytes())
          .isEqualTo(ByteBuffer.wrap(Archives.image(1, 90_000)));
    }
  }

  @Test
  void continuesFromAPositionOfTheFirstRelease() throws Exception {
    ArchiveSettings settings =
        write(
            new TarBuilder()
                .file("0.png", new byte[1])
                .file("0.jpg", new byte[1])
                .file("0.json", "{\"a\": 1}")
                .file("1.jpg", new byte[1])
                .build());
    UnitPart part = Reading.parts(settings).get(0);

    // One event of the first key was emitted: in the order of suffixes, that of the second entry.
    assertThat(
            Reading.outcomes(
                Reading.from(part, new PartPosition(0, 0, 1), Reading.context(settings))))
        .containsExactly("shard/0.png{a=1}", "shard/1");
  }

  @Test
  void theBytesDecideHowAShardIsCompressed() throws Exception {
    byte[] tar = mixed().build();
    ByteArrayOutputStream zstandard = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(zstandard)) {
      out.write(tar);
    }
    write("zstandard.tar", zstandard.toByteArray());
    write("plain.tar.gz", tar);
    write("gzip.tar.xz", gzip(tar));
    for (long splitBytes : new long[] {1 << 28, 600}) {
      List<String> outcomes =
          Reading.outcomes(Reading.all(Archives.settings(splitBytes, folder.toString())));
      for (String stem : List.of("gzip", "plain", "zstandard")) {
        assertThat(outcomes)
            .containsAll(MIXED.stream().map(text -> text.replace("shard/", stem + "/")).toList());
      }
      assertThat(outcomes).hasSize(3 * MIXED.size());
    }
  }

  @Test
  void otherCompressionsAreRejectedByName() throws Exception {
    List<ArchivedEvent> events =
        Reading.all(write("shard.tar.lz4", new byte[] {0x04, 0x22, 0x4d, 0x18, 0x60, 0x40}));

    assertThat(Reading.outcomes(events)).containsExactly("shard-corrupt");
    assertThat(events.get(0).event().getFailureMessage())
        .contains("compressed with LZ4 (expected: gzip, Zstandard, xz, bzip2");
  }

  @Test
  void eventsHoldTheImageAndTheirOrigin() throws Exception {
    ArchivedEvent archived = Reading.all(write(mixed().build())).get(1);

    ImageEvent event = Reading.event(archived);
    assertThat(event.getImageBytes()).isEqualTo(ByteBuffer.wrap(Archives.image(1, 512)));
    assertThat(event.getEventId()).isEqualTo(Ids.archivedEventId("shard.tar", "001.jpg"));
    assertThat(archived.event().getKey()).asString().isEqualTo("shard/001");
    assertThat(archived.event().getOriginName()).isEqualTo("shard.tar");
    assertThat(archived.event().getOriginPosition()).isEqualTo("001.jpg");
    assertThat(archived.event().getTimestamp()).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void messagesSayWhere() throws Exception {
    List<ArchivedEvent> events = Reading.all(write(mixed().build()));

    assertThat(events.get(6).event().getFailureMessage())
        .contains("shard.tar, entry 13 (005.json): no image of its name within");
    assertThat(events.get(9).event().getFailureMessage())
        .contains("entry 16 (006.jpg): 100001 bytes (expected: at most 100000");
  }

  @Test
  void continuesAfterEveryEvent() throws Exception {
    for (ArchiveSettings settings :
        List.of(
            write(mixed().build()),
            Archives.settings(2000, folder.toString()),
            write("shard.tar", Arrays.copyOf(mixed().build(), 9 * BLOCK)))) {
      for (UnitPart part : Reading.parts(settings)) {
        List<String> whole =
            Reading.outcomes(
                Reading.from(part, PartPosition.startOf(part), Reading.context(settings)));
        List<ArchivedEvent> events =
            Reading.from(part, PartPosition.startOf(part), Reading.context(settings));
        for (int i = 0; i < events.size(); i++) {
          assertThat(
                  Reading.outcomes(
                      Reading.from(part, events.get(i).after(), Reading.context(settings))))
              .as("after event %s of %s", i, part)
              .containsExactlyElementsOf(whole.subList(i + 1, whole.size()));
        }
      }
    }
  }

  @Test
  void partsOfAShardYieldTheSameEvents() throws Exception {
    write(mixed().build());
    for (int size : new int[] {1, 600, 2000, 5000, 50_000}) {
      ArchiveSettings settings = Archives.settings(size, folder.toString());
      assertThat(Reading.outcomes(Reading.all(settings))).containsExactlyElementsOf(MIXED);
    }
    assertThat(Reading.parts(Archives.settings(600, folder.toString()))).hasSizeGreaterThan(8);
  }

  @Test
  void aTruncatedShardYieldsItsEntriesAndOneDeadLetter() throws Exception {
    TarBuilder builder = new TarBuilder();
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      builder.file(i + ".jpg", Archives.image(i, 300 * i));
      ends.add(builder.size());
    }
    int contentEnd = builder.size();
    byte[] tar = builder.build();

    for (int length = 0; length <= contentEnd + BLOCK; length++) {
      List<String> outcomes = Reading.outcomes(Reading.all(write(Arrays.copyOf(tar, length))));
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < ends.size(); i++) {
        // The padding after the content may be missing, too.
        int contentOf = ends.get(i) - (BLOCK - 300 * i % BLOCK) % BLOCK;
        if (contentOf <= length) {
          expected.add("shard/" + i);
        }
      }
      if (length < contentEnd + BLOCK) {
        expected.add("shard-truncated");
      }
      assertThat(outcomes).as("cut to %s bytes", length).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void aTruncatedCompressedShardYieldsOneDeadLetter() throws Exception {
    byte[] compressed = gzip(mixed().build());
    for (int length = 0; length < compressed.length - 8; length += 7) {
      List<String> outcomes =
          Reading.outcomes(Reading.all(write("shard.tgz", Arrays.copyOf(compressed, length))));

      String last = outcomes.get(outcomes.size() - 1);
      assertThat(List.of("shard-truncated", "shard-corrupt", "shard/last")).contains(last);
      assertThat(outcomes.stream().filter(code -> code.startsWith("shard-")).count())
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void flippedBytesNeitherThrowNorRepeatAnEvent() throws Exception {
    byte[] sound = mixed().build();
    Random random = new Random(7);
    for (int round = 0; round < 1500; round++) {
      byte[] damaged = sound.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        // Half of them hit headers, where they do harm.
        int at = random.nextInt(damaged.length - 2 * BLOCK);
        damaged[random.nextBoolean() ? at : at / BLOCK * BLOCK + random.nextInt(160)] ^=
            (byte) (1 << random.nextInt(8));
      }
      List<ArchivedEvent> events = Reading.all(write(damaged));

      List<String> outcomes = Reading.outcomes(events);
      long letters = outcomes.stream().filter(code -> code.startsWith("shard-")).count();
      assertThat(letters).as("round %s: %s", round, outcomes).isLessThanOrEqualTo(1);
      List<String> images = outcomes.stream().filter(code -> code.contains("/")).toList();
      assertThat(new HashSet<>(images)).hasSameSizeAs(images);
    }
  }

  @Test
  void aWrongChecksumEndsTheShard() throws Exception {
    TarBuilder builder = new TarBuilder().file("0.jpg", Archives.image(0, 100));
    int second = builder.size();
    byte[] tar = builder.file("1.jpg", Archives.image(1, 100)).build();
    tar[second] ^= 1;

    List<ArchivedEvent> events = Reading.all(write(tar));

    assertThat(Reading.outcomes(events)).containsExactly("shard/0", "shard-corrupt");
    assertThat(events.get(1).event().getFailureMessage())
        .contains("byte " + second + ": an invalid entry header (its checksum is wrong)");
  }

  @Test
  void hugeSizesAreRejected() throws Exception {
    TarArchiveEntry huge = new TarArchiveEntry("huge.jpg");
    huge.setSize(100);
    huge.setModTime(1_700_000_000_000L);
    byte[] tar =
        new TarBuilder()
            .file("0.jpg", Archives.image(0, 100))
            .entry(huge, Archives.image(1, 100))
            .build();
    // Eight exabytes minus one byte, in base 256, with the matching checksum.
    byte[] header = Arrays.copyOfRange(tar, 2 * BLOCK, 3 * BLOCK);
    Arrays.fill(header, 124, 136, (byte) 0xff);
    header[124] = (byte) 0x80;
    Arrays.fill(header, 125, 128, (byte) 0);
    header[128] = 0x7f;
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    byte[] digits =
        String.format("%06o\0 ", sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, 148, 8);
    System.arraycopy(header, 0, tar, 2 * BLOCK, BLOCK);

    assertThat(Reading.outcomes(Reading.all(write(tar))))
        .containsExactly("shard/0", "shard-truncated");
    Files.delete(folder.resolve("shard.tar"));
    List<String> compressed = Reading.outcomes(Reading.all(write("shard.tar.gz", gzip(tar))));
    assertThat(compressed.get(0)).isEqualTo("shard/0");
    assertThat(compressed.get(compressed.size() - 1)).isEqualTo("shard-truncated");
  }

  @Test
  void linksAreNotFollowedAndPathsAreOnlyNames() throws Exception {
    TarArchiveEntry link = new TarArchiveEntry("link.jpg", TarConstants.LF_SYMLINK);
    link.setLinkName("/etc/passwd");

    assertThat(
            read(
                new TarBuilder()
                    .entry(link, null)
                    .file("../../etc/evil.jpg", Archives.image(0, 10))
                    .entry(new TarArchiveEntry("folder.jpg/"), null)))
        .containsExactly("entry-unsupported", "shard/../../etc/evil");
  }

  @Test
  void aShardWithoutImagesIsReported() throws Exception {
    assertThat(read(new TarBuilder().file("README", "x")))
        .containsExactly("shard-without-pictures");
    assertThat(read(new TarBuilder())).containsExactly("shard-without-pictures");
  }

  @Test
  void dataAppendedAfterTheEndIsReported() throws Exception {
    byte[] one = new TarBuilder().file("0.jpg", Archives.image(0, 10)).build();
    byte[] two = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, two, one.length, one.length);

    assertThat(Reading.outcomes(Reading.all(write(two))))
        .containsExactly("shard/0", "shard-corrupt");
  }

  @Test
  void manyEntriesOfOneNameDoNotFillTheMemory() throws Exception {
    TarBuilder tar = new TarBuilder();
    for (int i = 0; i < 3000; i++) {
      tar.file("0.jpg", new byte[1]);
    }
    List<String> outcomes = read(tar);

    assertThat(outcomes.get(0)).isEqualTo("shard/0");
    assertThat(outcomes.subList(1, outcomes.size())).containsOnly("duplicate-key");
  }

  @Test
  void aFaultySidecarOnlyCostsItself() throws Exception {
    byte[] latin1 = "{\"a\": \"Bär\"}".getBytes(StandardCharsets.ISO_8859_1);
    TarArchiveEntry link = new TarArchiveEntry("link.json", TarConstants.LF_LINK);
    link.setLinkName("empty.json");
    TarBuilder tar =
        new TarBuilder()
            .file("wide.jpg", new byte[1])
            .file("wide.cls", "7")
            .file("wide.txt", "x".repeat(20_000))
            .file("large.jpg", new byte[1])
            .file("large.txt", "x".repeat(70_000))
            .file("list.jpg", new byte[1])
            .file("list.json", "[1]")
            .file("scalar.jpg", new byte[1])
            .file("scalar.json", "7")
            .file("empty.jpg", new byte[1])
            .file("empty.json", "")
            .file("nan.jpg", new byte[1])
            .file("nan.json", "{\"a\": NaN, \"b\": [1, -Infinity], \"c\": {\"d\": 1}}")
            .file("latin.jpg", new byte[1])
            .file("latin.json", latin1)
            .file("latin.txt", latin1)
            .file("deep.jpg", new byte[1])
            .file("deep.json", "{\"a\":".repeat(70) + "1" + "}".repeat(70))
            .file("link.jpg", new byte[1])
            .entry(link, null)
            .file("mark.jpg", new byte[1])
            .file("mark.json", "\uFEFF{\"a\": 1}")
            .file("mark.txt", "\uFEFFa dog".getBytes(StandardCharsets.UTF_16LE))
            .file("zero.txt", "\uFEFF");

    assertThat(read(tar))
        .containsExactly(
            "shard/wide{cls=7} without text: attributes-too-large",
            "shard/large without large.txt: sidecar-invalid",
            "shard/list without list.json: sidecar-invalid",
            "shard/scalar without scalar.json: sidecar-invalid",
            "shard/empty without empty.json: sidecar-invalid",
            "shard/nan{c.d=1} without a: attribute-invalid, b: attribute-invalid",
            "shard/latin without latin.json: sidecar-invalid, latin.txt: sidecar-invalid",
            "shard/deep without deep.json: sidecar-invalid",
            "shard/link without link.json: sidecar-invalid",
            "shard/mark{a=1, text=a dog}",
            "picture-missing");
  }

  @Test
  void omittedDataIsNotedWithAnExample() throws Exception {
    ArchivedEvent event =
        Reading.all(
                write(
                    new TarBuilder()
                        .file("0.jpg", new byte[1])
                        .file("0.json", "")
                        .file("0.txt", new byte[] {(byte) 0xff})
                        .build()))
            .get(0);

    EventNotes notes = event.event().getNotes();
    assertThat(notes).isNotNull();
    assertThat(notes.getCodes()).containsExactly("sidecar-invalid");
    assertThat(notes.getCounts()).containsExactly(2);
    assertThat(notes.getExamples())
        .containsExactly("shard.tar, 0.jpg: 0.json: empty (expected: a JSON object)");
  }

  @Test
  void manyOmittedAttributesAreReportedBriefly() throws Exception {
    StringBuilder json = new StringBuilder("{\"first\": 1");
    for (int i = 0; i < 1000; i++) {
      json.append(", \"a").append(i).append("\": NaN");
    }
    List<ArchivedEvent> events =
        Reading.all(
            write(
                new TarBuilder()
                    .file("0.jpg", new byte[1])
                    .file("0.json", json.append('}').toString())
                    .build()));

    ImageEvent event = Reading.event(events.get(0));
    assertThat(event.getAttributes()).containsOnlyKeys("first");
    assertThat(event.getOmittedAttributes()).hasSize(20);
    assertThat(event.getOmittedAttributes().get(19).getMessage()).startsWith("and 980 more");
  }
}
