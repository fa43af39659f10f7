package io.groundstream.operators.metrics;

import static io.groundstream.operators.metrics.Metric.Kind.COUNTER;
import static io.groundstream.operators.metrics.Metric.Kind.GAUGE;
import static io.groundstream.operators.metrics.Metric.Kind.HISTOGRAM;
import static io.groundstream.operators.metrics.Metric.Kind.METER;
import static io.groundstream.operators.metrics.MetricPlace.ARCHIVE_ENUMERATOR;
import static io.groundstream.operators.metrics.MetricPlace.ARCHIVE_READER;
import static io.groundstream.operators.metrics.MetricPlace.ENGINE;
import static io.groundstream.operators.metrics.MetricPlace.GROUNDING;
import static io.groundstream.operators.metrics.MetricPlace.INDEX_JOIN;
import static io.groundstream.operators.metrics.MetricPlace.INDEX_READ;
import static io.groundstream.operators.metrics.MetricPlace.INDEX_SINK;
import static io.groundstream.operators.metrics.MetricPlace.MODEL;
import static io.groundstream.operators.metrics.MetricPlace.TALLY;

import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.EngineLevel;
import io.groundstream.kosmos2.engine.EngineTimer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the jobs, in addition to those of Flink and Kafka. All are in the group {@code
 * groundstream} of their operator. Their names are a contract with users: dashboards and alerts use
 * them.
 */
public enum Metric {
  EVENTS(GROUNDING, "events", COUNTER, "events", "Events whose results are complete."),
  IMAGES(GROUNDING, "images", COUNTER, "records", "Image records, one for an event."),
  PHRASES(GROUNDING, "phrases", COUNTER, "records", "Phrase records."),
  DEAD_LETTERS(GROUNDING, "deadLetters", COUNTER, "records", "Dead letters of all codes."),
  DEAD_LETTERS_BY_CODE(
      GROUNDING,
      "deadLetters",
      COUNTER,
      "records",
      "Dead letters of one code. The metric appears with the first one.",
      "code"),
  NOTES_BY_CODE(
      GROUNDING,
      "notes",
      COUNTER,
      "notes",
      "Notes of one code about losses that cost no image, such as attributes of an unreadable"
          + " sidecar. The metric appears with the first note.",
      "code"),
  SCHEMAS_ASKED_AGAIN(
      GROUNDING,
      "schemasAskedAgain",
      COUNTER,
      "questions",
      "Repeated lookups of schemas that the registry did not know: a replica lags, or a writer"
          + " uses unknown identifiers."),
  TOMBSTONES(
      GROUNDING,
      "tombstones",
      COUNTER,
      "records",
      "Records of the events' topic without a value: skipped, or passed on, as"
          + " `kafka.tombstones` says."),
  EVENTS_IN_FLIGHT(
      GROUNDING,
      "eventsInFlight",
      GAUGE,
      "events",
      "Events under way: being fetched or decoded, waiting for the model, or in the model."),
  FETCH_LATENCY(
      GROUNDING,
      "fetchLatencyMillis",
      HISTOGRAM,
      "ms",
      "Time of fetching the image that an event refers to, including retries and failures."),
  IMAGE_DECODE_LATENCY(
      GROUNDING,
      "imageDecodeLatencyMillis",
      HISTOGRAM,
      "ms",
      "Time of decoding an image, turning it upright, and resizing it for the model."),
  EVENT_LATENCY(
      GROUNDING,
      "eventLatencyMillis",
      HISTOGRAM,
      "ms",
      "Time from an event's arrival at the operator to its results."),
  END_TO_END_LATENCY(
      GROUNDING,
      "endToEndLatencyMillis",
      HISTOGRAM,
      "ms",
      "Time from the timestamp of an event's record in Kafka to its results. Consumers of"
          + " committed records see the results with the next checkpoint. Events of archives are"
          + " not measured."),

  FETCH_MEMORY(
      MetricPlace.PICTURES,
      "fetchMemoryBytes",
      GAUGE,
      "bytes",
      "The part of `fetch.memory` that images hold while they are fetched, or are fetched and"
          + " not yet decoded."),
  FETCH_MEMORY_WAITING(
      MetricPlace.PICTURES,
      "fetchMemoryWaiting",
      GAUGE,
      "images",
      "Images that wait for that memory."),
  TRANSFERS(
      MetricPlace.PICTURES,
      "transfers",
      GAUGE,
      "transfers",
      "Transfers from hosts, including those that wait for memory."),
  TRANSFERS_WAITING(
      MetricPlace.PICTURES,
      "transfersWaiting",
      GAUGE,
      "transfers",
      "Transfers that wait for other transfers from the same host."),
  HOSTS_UNAVAILABLE(
      MetricPlace.PICTURES,
      "hostsUnavailable",
      GAUGE,
      "hosts",
      "Hosts that the job does not ask for a while because they failed too often."),
  FILE_READS(
      MetricPlace.PICTURES,
      "fileReads",
      GAUGE,
      "files",
      "File reads, including those that wait for memory."),
  FILE_READS_WAITING(
      MetricPlace.PICTURES,
      "fileReadsWaiting",
      GAUGE,
      "files",
      "File reads that wait for other reads from the same file system."),
  DECODINGS(
      MetricPlace.PICTURES,
      "decodings",
      GAUGE,
      "images",
      "Images that are being decoded or wait for it."),
  LARGE_DECODINGS_WAITING(
      MetricPlace.PICTURES,
      "largeDecodingsWaiting",
      GAUGE,
      "images",
      "Large images that wait for their turn; each occupies a preparation thread."),
  REUSED_PICTURES(
      MetricPlace.PICTURES,
      "reused",
      GAUGE,
      "images",
      "Lookups, by URI or by content, that found an image prepared before."),
  SHARED_PICTURES(
      MetricPlace.PICTURES,
      "shared",
      GAUGE,
      "images",
      "Lookups that shared the fetch or decode of a concurrent request."),
  LOADED_PICTURES(
      MetricPlace.PICTURES,
      "loaded",
      GAUGE,
      "images",
      "Lookups that had to fetch (by URI) or to decode (by content)."),
  REUSE_MEMORY(
      MetricPlace.PICTURES,
      "reuseMemoryBytes",
      GAUGE,
      "bytes",
      "The part of `fetch.reuse-memory` that is in use."),

  WAITING_SPANS(
      MetricPlace.TRACES,
      "waitingSpans",
      GAUGE,
      "spans",
      "Spans that wait for the collector, at most `traces.queue-capacity`. The metric exists"
          + " only where traces are on; all subtasks of a task manager show the same value."),
  SENT_SPANS(
      MetricPlace.TRACES, "sentSpans", GAUGE, "spans", "Spans that the collector" + " accepted."),
  DROPPED_SPANS(
      MetricPlace.TRACES,
      "droppedSpans",
      GAUGE,
      "spans",
      "Spans that were lost because too many waited or the collector did not accept them."),

  QUEUE_DEPTH(EngineLevel.QUEUE_DEPTH, "queueDepth", "requests", "Requests that wait for a slot."),
  SLOTS(EngineLevel.SLOTS, "slots", "slots", "Requests that can be under way together."),
  SLOTS_IN_USE(EngineLevel.SLOTS_IN_USE, "slotsInUse", "slots", "Requests that are under way."),
  BATCH_OCCUPANCY(
      ENGINE,
      "batchOccupancy",
      GAUGE,
      "0 to 1",
      "The share of slots in use, over the decode steps of the last minute; 0 without any."),
  TOKENS_PER_SECOND(
      ENGINE,
      "tokensPerSecond",
      GAUGE,
      "tokens/s",
      "Tokens generated for answers, over the last minute."),
  DEVICE_MEMORY(
      EngineLevel.DEVICE_MEMORY_BYTES,
      "deviceMemoryBytes",
      "bytes",
      "The device's memory that weights and key/value cache take, approximately."),
  ANSWERED(
      EngineCounter.ANSWERED,
      "answered",
      "requests",
      "Requests answered since the model was loaded."),
  FAILED(EngineCounter.FAILED, "failed", "requests", "Requests that the model failed on."),
  CANCELLED(EngineCounter.CANCELLED, "cancelled", "requests", "Requests that were cancelled."),
  EXPIRED(
      EngineCounter.EXPIRED,
      "expired",
      "requests",
      "Requests whose deadline passed while they" + " waited."),
  NEW_TOKENS(EngineCounter.NEW_TOKENS, "newTokens", "tokens", "Tokens of answers."),
  PROMPT_TOKENS(
      EngineCounter.PREFILLED_TOKENS,
      "promptTokens",
      "tokens",
      "Tokens of prompts read in prefill."),
  ENCODED_PICTURES(EngineCounter.ENCODED_IMAGES, "encodedPictures", "images", "Images encoded."),
  REUSED_ENCODINGS(
      EngineCounter.REUSED_ENCODINGS,
      "reusedEncodings",
      "images",
      "Images whose features another request had already computed."),
  REUSED_PREFIXES(
      EngineCounter.REUSED_PREFIXES,
      "reusedPrefixes",
      "requests",
      "Requests that used the beginning of a prompt, such as demonstrations, which was read for"
          + " another."),
  SCORED_CANDIDATES(
      EngineCounter.SCORED_CANDIDATES,
      "scoredCandidates",
      "texts",
      "Given texts whose probabilities were computed."),
  DECODE_STEPS(
      EngineCounter.DECODE_STEPS,
      "decodeSteps",
      "steps",
      "Decode steps; each gives every sequence" + " one token."),
  DECODED_ROWS(
      EngineCounter.DECODED_ROWS,
      "decodedRows",
      "sequences",
      "Sequences in decode steps, summed" + " over all steps."),
  ENGINE_RETRIES(
      EngineCounter.RETRIES,
      "retries",
      "requests",
      "Requests that were generated again from their" + " beginning."),
  SPLITS(
      EngineCounter.SPLITS,
      "splits",
      "times",
      "How often a batch was split because the device's" + " memory did not suffice."),
  MODEL_LOADS(
      ENGINE,
      "modelLoads",
      GAUGE,
      "models",
      "Models that the task manager has loaded since it started. A change of the model adds one;"
          + " restarts of jobs add none."),
  ENCODE_TIME(EngineCounter.ENCODE_NANOS, "encodeMillis", "ms", "Time in the vision encoder."),
  PREFILL_TIME(EngineCounter.PREFILL_NANOS, "prefillMillis", "ms", "Time in prefill."),
  DECODE_TIME(EngineCounter.DECODE_NANOS, "decodeMillis", "ms", "Time in decode steps."),
  CACHE_TIME(
      EngineCounter.CACHE_NANOS,
      "cacheMillis",
      "ms",
      "Time spent moving and reshaping the key/value cache."),
  IDLE_TIME(EngineCounter.IDLE_NANOS, "idleMillis", "ms", "Time without work."),
  QUEUE_WAIT_TIME(
      EngineCounter.WAIT_NANOS,
      "queueWaitMillis",
      "ms",
      "Time in the queue, summed over requests."),
  QUEUE_LATENCY(
      EngineTimer.QUEUE_WAIT, "queueLatencyMillis", "How long a request waited for a slot."),
  ENCODE_LATENCY(
      EngineTimer.ENCODE_CALL,
      "encodeLatencyMillis",
      "Time of one call of the vision" + " encoder."),
  PREFILL_LATENCY(
      EngineTimer.PREFILL_CALL, "prefillLatencyMillis", "Time of one call that reads prompts."),
  DECODE_STEP_LATENCY(
      EngineTimer.DECODE_STEP,
      "decodeStepLatencyMillis",
      "Time of a step that gives every sequence one token: the time between two tokens of an"
          + " answer."),
  REQUEST_LATENCY(
      EngineTimer.REQUEST,
      "requestLatencyMillis",
      "Time from queueing a request to its" + " answer."),

  MODEL_INFO(MODEL, "info", GAUGE, "1", "Always 1; the labels say which model the subtask uses."),

  PICTURES(
      TALLY,
      "pictures",
      GAUGE,
      "images",
      "Images that are done, counted exactly once" + " over restarts."),
  FAILED_PICTURES(
      TALLY, "failedPictures", GAUGE, "images", "Images among them that left a dead letter."),
  MODEL_CALLS(TALLY, "modelCalls", GAUGE, "requests", "Requests to the model."),
  SOURCE_BYTES(TALLY, "sourceBytes", GAUGE, "bytes", "Bytes of the archive that are done."),
  PICTURES_PER_SECOND(TALLY, "picturesPerSecond", METER, "images/s", "Over the last minute."),
  SOURCE_BYTES_PER_SECOND(TALLY, "sourceBytesPerSecond", METER, "bytes/s", "Over the last minute."),

  ARCHIVE_UNITS(
      ARCHIVE_ENUMERATOR,
      "archiveUnits",
      GAUGE,
      "units",
      "Units (files, or parts of large ones) found so far; all when archiveListed is 1."),
  ARCHIVE_BYTES(ARCHIVE_ENUMERATOR, "archiveBytes", GAUGE, "bytes", "Size of these units."),
  ARCHIVE_UNITS_FINISHED_BEFORE(
      ARCHIVE_ENUMERATOR,
      "archiveUnitsFinishedBefore",
      GAUGE,
      "units",
      "Units that an earlier run has finished, which are not read again."),
  ARCHIVE_FILES_IGNORED(
      ARCHIVE_ENUMERATOR,
      "archiveFilesIgnored",
      GAUGE,
      "files",
      "Files of no kind that an archive holds."),
  ARCHIVE_UNITS_PENDING(
      ARCHIVE_ENUMERATOR,
      "archiveUnitsPending",
      GAUGE,
      "units",
      "Units that are not assigned to" + " a reader yet."),
  ARCHIVE_BYTES_PENDING(
      ARCHIVE_ENUMERATOR, "archiveBytesPending", GAUGE, "bytes", "Size of these units."),
  ARCHIVE_LISTED(
      ARCHIVE_ENUMERATOR, "archiveListed", GAUGE, "0 or 1", "Whether all units are known."),
  ARCHIVE_UNITS_IN_HAND(
      ARCHIVE_READER,
      "archiveUnitsInHand",
      GAUGE,
      "units",
      "Units that are assigned to the" + " reader and not read yet."),
  ARCHIVE_BYTES_IN_HAND(
      ARCHIVE_READER,
      "archiveBytesInHand",
      GAUGE,
      "bytes",
      "Bytes of these units that are not" + " read yet."),
  ARCHIVE_ENTRIES_READ(
      ARCHIVE_READER,
      "archiveEntriesRead",
      COUNTER,
      "entries",
      "Entries, rows or lines that became events or dead letters."),
  ARCHIVE_ENTRIES_SKIPPED(
      ARCHIVE_READER,
      "archiveEntriesSkipped",
      COUNTER,
      "entries",
      "Entries of tar shards that are neither images nor data about one."),
  ARCHIVE_BYTES_READ(
      ARCHIVE_READER,
      "archiveBytesRead",
      COUNTER,
      "bytes",
      "Bytes of images and of data about them."),

  INDEX_TOMBSTONES(
      INDEX_READ,
      "indexTombstones",
      COUNTER,
      "records",
      "Records of both topics without a value: skipped, or deletions, as `kafka.tombstones`"
          + " says."),
  INCOMPLETE(
      INDEX_JOIN,
      "incomplete",
      COUNTER,
      "results",
      "Results shown without all of their phrases because some did not arrive in time."),
  ORPHANS(INDEX_JOIN, "orphans", COUNTER, "results", "Results whose image record never arrived."),
  DOCUMENTS(INDEX_SINK, "documents", COUNTER, "documents", "Documents written."),
  CONFLICTS(
      INDEX_SINK,
      "conflicts",
      COUNTER,
      "documents",
      "Documents that were not written because" + " the index held a newer one."),
  SUPERSEDED(
      INDEX_SINK,
      "superseded",
      COUNTER,
      "documents",
      "Documents that were left out because the same request held a newer one."),
  INDEX_RETRIES(INDEX_SINK, "retries", COUNTER, "documents", "Documents sent again."),
  REFUSED(
      INDEX_SINK,
      "refused",
      COUNTER,
      "documents",
      "Documents that the index rejected for" + " good."),
  REFUSED_BY_CODE(
      INDEX_SINK,
      "refused",
      COUNTER,
      "documents",
      "Rejected documents of one code. The metric appears with the first one.",
      "code"),
  BULK_LATENCY(INDEX_SINK, "bulkLatencyMillis", HISTOGRAM, "ms", "A bulk request."),
  BULK_REQUESTS_IN_FLIGHT(
      INDEX_SINK, "bulkRequestsInFlight", GAUGE, "requests", "Bulk requests without an answer.");

  /** Flink's types of metrics. */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    METER
  }

  static final String ROOT = "groundstream";

  private final MetricPlace place;
  private final String metricName;
  private final Kind kind;
  private final String unit;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // Of List.of.
  private final List<String> ownLabels;

  /** The counter, level or timer of the engine that it shows; null if it shows something else. */
  private final @Nullable Enum<?> engineSource;

  Metric(
      MetricPlace place,
      String metricName,
      Kind kind,
      String unit,
      String meaning,
      String... ownLabels) {
    this(place, metricName, kind, unit, meaning, null, ownLabels);
  }

  /** Shows a counter of the engine; one of nanoseconds in milliseconds. */
  Metric(EngineCounter counter, String metricName, String unit, String meaning) {
    this(ENGINE, metricName, GAUGE, unit, meaning, counter);
  }

  Metric(EngineLevel level, String metricName, String unit, String meaning) {
    this(ENGINE, metricName, GAUGE, unit, meaning, level);
  }

  Metric(EngineTimer timer, String metricName, String meaning) {
    this(ENGINE, metricName, HISTOGRAM, "ms", meaning, timer);
  }

  Metric(
      MetricPlace place,
      String metricName,
      Kind kind,
      String unit,
      String meaning,
      @Nullable Enum<?> engineSource,
      String... ownLabels) {
    this.place = place;
    this.metricName = metricName;
    this.kind = kind;
    this.unit = unit;
    this.meaning = meaning;
    this.engineSource = engineSource;
    this.ownLabels = List.of(ownLabels);
  }

  public MetricPlace place() {
    return place;
  }

  /** Returns the last part of the name. */
  public String metricName() {
    return metricName;
  }

  public Kind kind() {
    return kind;
  }

  public String unit() {
    return unit;
  }

  /** Returns the description, one or two sentences. */
  public String meaning() {
    return meaning;
  }

  /** Returns the labels of this metric beyond those of its place. */
  public List<String> ownLabels() {
    return ownLabels;
  }

  /**
   * Returns the {@link EngineCounter}, {@link EngineLevel} or {@link EngineTimer} that it shows;
   * null if it shows something else.
   */
  public @Nullable Enum<?> engineSource() {
    return engineSource;
  }

  /** Returns the name in Flink's Prometheus reporter. */
  public String prometheusName() {
    StringBuilder name = new StringBuilder(place.scope()).append('_').append(ROOT).append('_');
    place.groups().forEach(group -> name.append(group).append('_'));
    place.labels().forEach(label -> name.append(label).append('_'));
    ownLabels.forEach(label -> name.append(label).append('_'));
    return name.append(metricName).toString();
  }
}
