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
 * The bounded source of an archive's pictures: an event for each, and a dead letter for whatever is
 * wrong with a file, an entry, a row or a line.
 *
 * <p>What is in an archive is listed once, while reading goes on, and divided into splits: small
 * files together, huge ones into parts. Readers ask for one after the other. A checkpoint holds
 * what is not read yet and every reader's place within its file, so that after a failure each event
 * comes once. What the configuration says and is not so fails the job for good, before anything is
 * read if it can be known then.
 */
public final class ArchiveSource
    implements Source<EventRecord, ArchiveSplit, EnumerationState>,
        ResultTypeQueryable<EventRecord> {
  private static final long serialVersionUID = 1L;

  private final ArchiveSettings settings;
  private final int maxPictureBytes;
  private final FinishedUnits finished;

  /**
   * @param maxPictureBytes the largest picture that is read
   * @param finished what is not to be read again
   */
  public ArchiveSource(ArchiveSettings settings, int maxPictureBytes, FinishedUnits finished) {
    this.settings = settings;
    this.maxPictureBytes = maxPictureBytes;
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
    ReadContext reading = new ReadContext(settings, maxPictureBytes, counts);
    return new ArchiveSourceReader(reading, context, rate());
  }

  @SuppressWarnings("unchecked") // Flink's factory is of a raw type.
  private @Nullable RateLimiterStrategy<ArchiveSplit> rate() {
    Double perSecond = settings.picturesPerSecond();
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
