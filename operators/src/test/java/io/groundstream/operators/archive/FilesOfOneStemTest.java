package io.groundstream.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.archive.plan.ArchivePlanner;
import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.archive.read.ReadContext;
import io.groundstream.operators.archive.read.ReaderCounts;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose names differ only in the suffix must not give two images the same identifier. */
class FilesOfOneStemTest {
  private static final byte[] SHARD =
      new Archives.TarBuilder().file("x.jpg", Archives.image(1, 10)).build();

  @TempDir Path folder;

  @Test
  void theFirstFileOfAFolderIsIdentifiedByItsStem() throws Exception {
    Archives.write(
        folder,
        Map.of(
            "a.tar", SHARD,
            "a.tar.gz", gzip(SHARD),
            "b.tgz", gzip(SHARD),
            "b.jpg", Archives.image(2, 10),
            "b.png", Archives.image(3, 10)));

    assertThat(imageIds(folder.toString()))
        .containsExactlyInAnyOrder("a/x", "a.tar.gz/x", "b/x", "b", "b.png");
  }

  @Test
  void aShardBesideTheFolderOfItsStemKeepsItsSuffix() throws Exception {
    Archives.write(
        folder, Map.of("a/x.jpg", Archives.image(1, 10), "a.tar", SHARD, "b.tar", SHARD));

    assertThat(imageIds(folder.toString())).containsExactlyInAnyOrder("a/x", "a.tar/x", "b/x");
  }

  @Test
  void filesNamedByPathsAreDistinguishedToo() throws Exception {
    Archives.write(folder, Map.of("a.tar", SHARD, "a.tgz", gzip(SHARD), "b.tar", SHARD));

    assertThat(imageIds(folder + "/a.tgz", folder + "/a.tar", folder + "/b.tar"))
        .containsExactlyInAnyOrder("a/x", "a.tar/x", "b/x");
  }

  private static byte[] gzip(byte[] bytes) throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }

  private static List<String> imageIds(String... paths) throws Exception {
    ArchiveSettings settings = Archives.settings(paths);
    List<ArchiveSplit> splits =
        new ArchivePlanner(settings, FinishedUnits.none(), null, 0).next().splits();
    ReaderCounts counts =
        new ReaderCounts(new SimpleCounter(), new SimpleCounter(), new SimpleCounter());
    List<String> ids = new ArrayList<>();
    try (ArchiveSplitReader reader =
        new ArchiveSplitReader(new ReadContext(settings, 1000, counts))) {
      reader.handleSplitsChanges(new SplitsAddition<>(splits));
      int finished = 0;
      while (finished < splits.size()) {
        RecordsWithSplitIds<PositionedEvent> batch = reader.fetch();
        PositionedEvent event = batch.nextSplit() == null ? null : batch.nextRecordFromSplit();
        while (event != null) {
          ids.add(new String(event.event().getKey(), StandardCharsets.UTF_8));
          event = batch.nextRecordFromSplit();
        }
        finished += batch.finishedSplits().size();
      }
    }
    return ids;
  }
}
