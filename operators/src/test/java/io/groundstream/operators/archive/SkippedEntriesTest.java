package io.groundstream.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.archive.plan.ArchivePlanner;
import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.archive.read.ReadContext;
import io.groundstream.operators.archive.read.ReaderCounts;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.event.EventNotes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries of a shard that are not images are counted with its events, including those after the
 * last.
 */
class SkippedEntriesTest {
  @TempDir Path folder;

  @Test
  void entriesAfterTheLastImageAreCounted() throws Exception {
    byte[] tar =
        new Archives.TarBuilder()
            .file("README", "about")
            .file("a.jpg", Archives.image(1, 10))
            .file("b.jpg", Archives.image(2, 10))
            .file("z.log", "end")
            .build();
    Archives.write(folder, Map.of("x.tar", tar, "y.tar", tar));
    ArchiveSettings settings = Archives.settings(folder.toString());
    List<ArchiveSplit> splits =
        new ArchivePlanner(settings, FinishedUnits.none(), null, 0).next().splits();
    ReaderCounts counts =
        new ReaderCounts(new SimpleCounter(), new SimpleCounter(), new SimpleCounter());
    ArchiveSplitReader reader = new ArchiveSplitReader(new ReadContext(settings, 1000, counts));
    reader.handleSplitsChanges(new SplitsAddition<>(splits));

    List<PositionedEvent> events = new ArrayList<>();
    int finished = 0;
    while (finished < splits.size()) {
      RecordsWithSplitIds<PositionedEvent> batch = reader.fetch();
      String split = batch.nextSplit();
      PositionedEvent event = split == null ? null : batch.nextRecordFromSplit();
      while (event != null) {
        events.add(event);
        event = batch.nextRecordFromSplit();
      }
      finished += batch.finishedSplits().size();
    }
    reader.close();

    assertThat(events).hasSize(4);
    long skipped = 0;
    for (PositionedEvent event : events) {
      EventNotes notes = event.event().getNotes();
      if (notes != null) {
        assertThat(notes.getCodes()).containsExactly("entries-skipped");
        skipped += notes.getCounts()[0];
      }
    }
    assertThat(skipped).isEqualTo(counts.entriesSkipped().getCount()).isEqualTo(4);
  }
}
