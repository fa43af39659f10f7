package io.groundstream.operators.archive.read;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.Archives;
import io.groundstream.operators.archive.plan.ArchivePlanner;
import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.PlannedSplits;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.AvroObjectCodec;
import io.groundstream.schemas.RecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.metrics.SimpleCounter;

/** Reads archives like the source, but on one thread. */
final class Reading {
  private static final AvroObjectCodec<ImageEvent> CODEC =
      new AvroObjectCodec<>(ImageEvent.class, List.of());

  /** More events than any test has, so that a reader that does not end fails the test. */
  private static final int MOST_EVENTS = 100_000;

  private Reading() {}

  static ReadContext context(ArchiveSettings settings) {
    return new ReadContext(
        settings,
        Archives.MAX_IMAGE_BYTES,
        new ReaderCounts(new SimpleCounter(), new SimpleCounter(), new SimpleCounter()));
  }

  static List<UnitPart> parts(ArchiveSettings settings) throws Exception {
    ArchivePlanner planner = new ArchivePlanner(settings, FinishedUnits.none(), null, 0);
    List<UnitPart> parts = new ArrayList<>();
    PlannedSplits planned;
    do {
      planned = planner.next();
      for (ArchiveSplit split : planned.splits()) {
        parts.addAll(split.parts());
      }
    } while (!planned.last());
    return parts;
  }

  static List<ArchivedEvent> from(UnitPart part, PartPosition position, ReadContext context)
      throws IOException {
    List<ArchivedEvent> events = new ArrayList<>();
    try (UnitReader reader = UnitReaders.open(part, position, context)) {
      ArchivedEvent event = reader.next();
      while (event != null && events.size() < MOST_EVENTS) {
        events.add(event);
        event = reader.next();
      }
    }
    return events;
  }

  static List<ArchivedEvent> all(ArchiveSettings settings) throws Exception {
    List<ArchivedEvent> events = new ArrayList<>();
    for (UnitPart part : parts(settings)) {
      events.addAll(from(part, PartPosition.startOf(part), context(settings)));
    }
    return events;
  }

  /** Returns an event's image id, attributes and omitted attributes, or its error code. */
  static String outcome(ArchivedEvent archived) {
    EventRecord record = archived.event();
    if (record.getFailureCode() != null) {
      return record.getFailureCode();
    }
    ImageEvent event = event(archived);
    return event.getImageId()
        + (event.getAttributes().isEmpty() ? "" : new TreeMap<>(event.getAttributes()))
        + (event.getOmittedAttributes().isEmpty()
            ? ""
            : event.getOmittedAttributes().stream()
                .map(omitted -> omitted.getName() + ": " + omitted.getCode())
                .collect(Collectors.joining(", ", " without ", "")));
  }

  static List<String> outcomes(List<ArchivedEvent> events) {
    return events.stream().map(Reading::outcome).toList();
  }

  static ImageEvent event(ArchivedEvent archived) {
    try {
      return CODEC.decode(archived.event().getValue());
    } catch (RecordException e) {
      throw new AssertionError(e);
    }
  }
}
