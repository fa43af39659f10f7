package io.groundstream.jobs.backfill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.event.NoteCode;
import io.groundstream.operators.tally.Count;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The summary of a backfill. The counts cover all attempts of the run together, and only committed
 * results: results lost in an interruption do not count.
 *
 * @param grounded the number of images whose requests were all answered
 * @param failed the number of events that left dead letters: images, or failures in the archive
 * @param deadLettersByCode the number of dead letters by code
 * @param notes notes about faults that cost no image, such as omitted attributes, by code
 * @param deviceSeconds the busy time of all devices together
 * @param seconds the duration of the last attempt
 * @param imagesPerSecond the rate of the last attempt
 */
public record BackfillSummary(
    String name,
    ArchiveListing archive,
    long images,
    long grounded,
    long failed,
    Map<String, Long> deadLettersByCode,
    Map<String, Note> notes,
    long imageRecords,
    long phraseRecords,
    long deadLetterRecords,
    long modelCalls,
    double deviceSeconds,
    double seconds,
    double imagesPerSecond) {

  /** The number of notes of one code, with some examples. */
  public record Note(long count, List<String> examples) {
    public Note {
      examples = List.copyOf(examples);
    }
  }

  public BackfillSummary {
    // Sorted, for readers and for comparisons.
    deadLettersByCode = new TreeMap<>(deadLettersByCode);
    notes = new TreeMap<>(notes);
  }

  static BackfillSummary of(
      String name, ArchiveListing archive, Map<String, Object> counts, double seconds) {
    long images = Count.PICTURES.in(counts);
    long failed = Count.FAILED_PICTURES.in(counts);
    Map<String, Note> notes = new TreeMap<>();
    Count.notes(counts)
        .forEach((code, count) -> notes.put(code, new Note(count, Count.examples(code, counts))));
    long now = images - Count.RESTORED_PICTURES.in(counts);
    return new BackfillSummary(
        name,
        archive,
        images,
        images - failed,
        failed,
        Count.codes(counts),
        notes,
        Count.IMAGES.in(counts),
        Count.PHRASES.in(counts),
        Count.DEAD_LETTERS.in(counts),
        Count.MODEL_CALLS.in(counts),
        Count.DEVICE_NANOS.in(counts) / 1e9,
        seconds,
        seconds > 0 ? now / seconds : 0);
  }

  /** Returns the summary as one JSON object, without a line break. */
  public String toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("name", name);
    json.put("files", archive.files());
    json.put("bytes", archive.bytes());
    json.put("files_finished_before", archive.finishedFiles());
    json.put("files_ignored", archive.ignoredFiles());
    ObjectNode ignored = json.putObject("files_ignored_by_suffix");
    archive
        .ignored()
        .forEach(
            (suffix, group) -> {
              ObjectNode of = ignored.putObject(suffix);
              of.put("count", group.count());
              group.examples().forEach(of.putArray("examples")::add);
            });
    json.put("entries_skipped", noted(NoteCode.ENTRIES_SKIPPED));
    json.put("rows_lost", noted(NoteCode.ROWS_LOST));
    json.put("pictures", images);
    json.put("grounded", grounded);
    json.put("failed", failed);
    ObjectNode codes = json.putObject("dead_letters_by_code");
    deadLettersByCode.forEach(codes::put);
    ObjectNode noted = json.putObject("notes");
    notes.forEach(
        (code, note) -> {
          ObjectNode of = noted.putObject(code);
          of.put("count", note.count());
          note.examples().forEach(of.putArray("examples")::add);
        });
    ObjectNode records = json.putObject("records");
    records.put("images", imageRecords);
    records.put("phrases", phraseRecords);
    records.put("dead_letters", deadLetterRecords);
    json.put("model_calls", modelCalls);
    json.put("device_seconds", rounded(deviceSeconds));
    json.put("seconds", rounded(seconds));
    json.put("pictures_per_second", rounded(imagesPerSecond));
    return json.toString();
  }

  private long noted(NoteCode code) {
    Note note = notes.get(code.code());
    return note == null ? 0 : note.count();
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** Returns the summary as text, in several lines. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "Images",
        String.format(Locale.ROOT, "%,d: %,d grounded, %,d failed", images, grounded, failed));
    if (!deadLettersByCode.isEmpty()) {
      line(
          text,
          "Dead letters",
          deadLettersByCode.entrySet().stream()
              .map(code -> String.format(Locale.ROOT, "%s %,d", code.getKey(), code.getValue()))
              .collect(Collectors.joining(", ")));
    }
    notes.forEach(
        (code, note) ->
            line(
                text,
                "Note",
                String.format(
                    Locale.ROOT,
                    "%s %,d, such as %s",
                    code,
                    note.count(),
                    String.join("; ", note.examples()))));
    line(
        text,
        "Records",
        String.format(
            Locale.ROOT,
            "%,d images, %,d phrases, %,d dead letters",
            imageRecords,
            phraseRecords,
            deadLetterRecords));
    line(
        text,
        "Model",
        String.format(Locale.ROOT, "%,d calls, %,.1f device-seconds", modelCalls, deviceSeconds));
    line(
        text,
        "Archive",
        String.format(
            Locale.ROOT,
            "%,d files, %,.1f MB; %,d finished before, %,d ignored",
            archive.files(),
            archive.bytes() / 1e6,
            archive.finishedFiles(),
            archive.ignoredFiles()));
    archive
        .ignored()
        .forEach(
            (suffix, group) ->
                line(
                    text,
                    "Ignored",
                    String.format(
                        Locale.ROOT,
                        "%s %,d, such as %s",
                        suffix,
                        group.count(),
                        String.join("; ", group.examples()))));
    archive.notes().forEach(note -> line(text, "Note", note));
    line(
        text,
        "Time",
        String.format(Locale.ROOT, "%,.1f s, %,.1f images/s", seconds, imagesPerSecond));
    return text.toString();
  }

  private static void line(StringBuilder text, String what, String figures) {
    text.append(String.format(Locale.ROOT, "  %-13s %s%n", what, figures));
  }
}
