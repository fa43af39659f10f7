package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.ArchivePlanner;
import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.ArchiveSplitSerializer;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.archive.read.ReadContext;
import io.groundstream.operators.archive.read.ReaderCounts;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.event.EventRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The bounded source of an archive's images: one event per image, and a dead letter for each fault
 * in a file, an entry, a row or a line.
 *
 * <p>The archive is listed once, while readers already work, and divided into splits: small files
 * are grouped, huge ones cut into parts. Readers request one split after the other. A checkpoint
 * holds the splits that are not read yet and every reader's position in its file, so that each
 * event is emitted once even after a failure. If the archive contradicts the configuration, the job
 * fails without a restart, before anything is read where that can be detected.
 */
public final class ArchiveSource
    implements Source<EventRecord, ArchiveSplit, EnumerationState>,
        ResultTypeQueryable<EventRecord> {
  private static final long serialVersionUID = 1L;

  private final ArchiveSettings settings;
  private final int maxImageBytes;
  private final FinishedUnits finished;

  /**
   * @param maxImageBytes the maximum size of an image, in bytes; a larger one becomes a dead letter
   * @param finished the files that are not read again
   */
  public ArchiveSource(ArchiveSettings settings, int maxImageBytes, FinishedUnits finished) {
    this.settings = settings;
    this.maxImageBytes = maxImageBytes;
    this.finished = finished;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SplitEnumerator<ArchiveSplit, EnumerationState> createEnumerator(
      SplitEnumeratorContext<ArchiveSplit> context) {
    return restoreEnumerator(context, EnumerationState.beginning());
  }

  @Override
  public SplitEnumerator<ArchiveSplit, EnumerationState> restoreEnumerator(
      SplitEnumeratorContext<ArchiveSplit> context, EnumerationState state) {
    return new ArchiveEnumerator(
        context,
        new ArchivePlanner(settings, finished, state.cursor(), state.totals().splits()),
        state);
  }

  @Override
  public SourceReader<EventRecord, ArchiveSplit> createReader(SourceReaderContext context) {
    ReaderCounts counts = ReaderCounts.of(context.metricGroup());
    ReadContext reading = new ReadContext(settings, maxImageBytes, counts);
    return new ArchiveSourceReader(reading, context, rate());
  }

  @SuppressWarnings("unchecked") // Flink's factory is of a raw type.
  private @Nullable RateLimiterStrategy<ArchiveSplit> rate() {
    Double perSecond = settings.imagesPerSecond();
    return perSecond == null ? null : RateLimiterStrategy.perSecond(perSecond);
  }

  @Override
  public SimpleVersionedSerializer<ArchiveSplit> getSplitSerializer() {
    return new ArchiveSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<EnumerationState> getEnumeratorCheckpointSerializer() {
    return new EnumerationStateSerializer();
  }

  @Override
  public TypeInformation<EventRecord> getProducedType() {
    return TypeInformation.of(EventRecord.class);
  }
}
