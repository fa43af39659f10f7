package io.groundstream.console.docs;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.schemas.RecordErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The reference of dead letters as Markdown: every stage and every error code. */
public final class DeadLettersPage {
  private static final String HEAD =
      """
      # Dead letters

      An event that cannot be processed never stops a job. It becomes records of the dead letters'
      topic: one for each failed request, or one for the event if it failed before any request. A
      dead letter has the stage of the failure, a stable code, a message with a summary of the causes,
      whether the same event may succeed later (*retryable*), and the number of attempts. It also has
      the original record's key, headers, timestamp and coordinates, and its value up to
      `dead-letter.max-bytes`. [DeadLetter.avsc](../schemas/src/main/avro/DeadLetter.avsc) documents
      the fields. The Kafka headers `groundstream-stage` and `groundstream-code` repeat stage and code.
      Messages contain no users, passwords or queries of URIs.

      ```sh
      groundstream dead-letters list                         # counted by stage and code
      groundstream dead-letters show 0:17                    # one of them, with its event
      groundstream dead-letters replay --code fetch-timeout --dry-run
      groundstream dead-letters replay --retryable --group nightly-replay
      ```

      A replay publishes the unchanged event to the topic that it came from, with three more headers:

      | Header | Meaning |
      |---|---|
      | `groundstream-attempts` | the number of earlier attempts |
      | `groundstream-replay-of` | the first place of the event: topic, partition and offset |
      | `groundstream-request` | the identifier of the only request to process again; may repeat |

      Temporary failures are retried within the event's deadline before the event becomes a dead
      letter: links up to `fetch.http.max-attempts` times, files three times, decoding and inference
      up to `grounding.max-attempts` times. After `dead-letter.max-attempts` attempts, replays
      included, a dead letter is no longer retryable, and `replay` refuses it. So no event is replayed
      forever.

      Codes keep their names and meanings; later versions may add codes. This page is generated from
      the code.
      """;

  /** The meaning of each code, and what to do about it. */
  private static final String MEANINGS =
      """
      record-empty | The record's value has no bytes. A record without a value is not an error: see `kafka.tombstones`. | Correct the producer.
      bad-magic | The record's first byte is not that of the Confluent wire format. | Correct the producer's serializer.
      unknown-schema-id | The registry knows no schema with the record's id. | Check that producer and job use one registry; replay once the schema is there.
      schema-incompatible | The record's schema cannot be read as an image event. | Correct the producer; set its subject to FULL_TRANSITIVE.
      record-corrupt | The bytes do not match the record's schema. | Correct the producer.
      event-id-missing | The event has no identifier. | Correct the producer.
      topic-not-configured | A savepoint has the topic, but `kafka.topics.events` and `kafka.topics.events-pattern` no longer do; so its format is unknown. | Add the topic and its `events.topics.NAME.*` again, and replay; or leave the dead letters.
      format-mismatch | The record is in another format than `events.format`; the message names the one that it looks like. | Set `events.format`, or correct the producer, and replay.
      event-too-large | A JSON document has more bytes or values than allowed, or a name of more than 1,000 bytes. | Raise events.json.max-bytes, or send a URI instead of the image, and replay.
      json-invalid | The value is not one JSON document in UTF-8. | Correct the producer.
      json-too-deep | A JSON document is nested deeper than 64 levels. | Correct the producer.
      json-duplicate-key | An object of a JSON document has the same key twice, and readers disagree about which counts. | Correct the producer.
      json-number-invalid | A JSON document contains NaN, an infinity, or a number of more than 100 characters. | Correct the producer.
      json-lone-surrogate | A text of a JSON document contains half of a surrogate pair, which is not a character. | Correct the producer; it probably cut a text.
      base64-invalid | The text where an image is expected is neither base64 nor a URI. | Correct the producer, or name the field with events.json.image-bytes.
      field-invalid | A field of the event has a value that it cannot have; the message names the field. | Correct the producer, or the pointer in events.json.*, and replay.
      header-invalid | A header with an id, an attribute or a context attribute is not UTF-8. | Correct the producer.
      cloudevent-invalid | The record is not a valid CloudEvent 1.0, or its data is neither an image nor JSON nor Avro. | Correct the producer.
      protobuf-invalid | The bytes do not match the Protobuf message that the record names, or have none of its fields. | Correct the producer, which may name another schema or message than it writes.
      protobuf-too-deep | A Protobuf message is nested deeper than 64 levels. | Correct the producer.
      schema-unsupported | The record's schema in the registry is not of the type that `events.format` reads, or cannot be parsed. | Set `events.format` to what the producer writes, and replay.
      envelope-invalid | The document lacks the envelope of `events.envelope`. | Set `events.envelope` to what the producer writes, and replay.
      file-vanished | A file of an archive was listed and no longer exists. | Restore it and run the backfill again.
      file-changed | A file of an archive has changed since it was listed. | Run the backfill again.
      file-unreadable | A file of an archive cannot be read, although others can. | Check permissions and storage, and run the backfill again.
      shard-truncated | A tar shard ends early; what came before is processed. | Copy the shard anew.
      shard-corrupt | A tar shard is damaged; what comes after the damage is not read. | Copy the shard anew.
      shard-without-pictures | A tar shard holds no image. | Check archive.picture-suffixes.
      entry-unsupported | An image in a tar shard is a link or a sparse file, or its name is too long. | Pack it as a plain file.
      entry-too-large | An image in an archive has more bytes than allowed. | Raise model.max-image-bytes, or leave it out.
      key-missing | The name of an image in a tar shard has nothing before its suffix. | Give it a name.
      duplicate-key | A key or identifier occurs twice in one file; the first counts. | Rename one of them.
      picture-missing | A tar shard holds data about an image, but no image. | Pack the image.
      sidecar-invalid | From earlier releases: a sidecar does not have the format of its suffix. | Run again: the image is grounded without it.
      attributes-too-large | From earlier releases: there is more data about an image than allowed. | Run again: the image is grounded with what fits.
      parquet-corrupt | A file is damaged, or is not a Parquet file. | Copy it anew.
      parquet-unsupported | A Parquet file is encrypted, or compressed with LZO. | Write it again without encryption, or with another compression.
      parquet-column-mismatch | A Parquet file lacks a column, or has it with another type. | Name the column with archive.picture-columns or archive.image-column.
      parquet-row-invalid | A row of a Parquet file has no image, or lacks something else that it needs. | Correct the row.
      manifest-invalid | A manifest cannot be read as a whole. | Correct the manifest.
      manifest-line-invalid | A line of a manifest is broken. | Correct the line.
      uri-invalid | The text is not a URI, or not of the form that its scheme requires. | Correct the producer.
      scheme-unsupported | URIs of this scheme are not followed. | Set fetch.http.plain-allowed, or install Flink's plugin for the file system, and replay.
      uri-not-allowed | The URI contains a user, or names a file outside of the allowed roots. | Put credentials into fetch.http-headers-file, not into URIs. If the file should be readable, extend fetch.allowed-roots and replay.
      image-not-found | Nothing exists at the URI. | Put the image there and replay.
      image-unreadable | What the URI points to cannot be read. | Check permissions and storage, and replay.
      fetch-too-large | The image has more bytes than allowed. | Raise model.max-image-bytes if that is intended, and replay.
      host-not-allowed | The link's host and port are not among those allowed. | Extend fetch.http.allowed-hosts if that is intended, and replay.
      address-not-allowed | The host has an inward address: loopback, private, link-local or metadata. | This may be a probe. Extend fetch.http.opened-addresses if the access is intended, and replay.
      host-unknown | The host's name has no address, or the DNS did not answer in time. | Check the name and the job's DNS, and replay.
      host-unavailable | The host reports that it cannot answer now, or failed so often that the job stopped asking it. | Replay once the host has recovered.
      fetch-timeout | The host or file system did not answer in time, or did not finish its answer. | Replay later; see fetch.http.transfer-timeout and fetch.file-timeout.
      fetch-failed | The connection could not be established, was not trusted, or broke. | Check the host and its certificate, and replay.
      http-refused | The host refuses this link, for instance with status 403. | Check the link; signed ones may have expired.
      too-many-redirects | The link redirects too often. | Use the link that it leads to.
      image-empty | The image has no bytes. | Correct the producer.
      image-format-unknown | The bytes are not of a known image format. | Convert the image.
      image-format-unsupported | The image has a known format, or a kind of it, that is not decoded; the message names it. | Convert the image.
      image-truncated | The image ends before all of its pixels. | Provide the whole file.
      image-corrupt | The image's bytes contradict its format. | Provide an intact file.
      image-too-large | The image has more bytes than allowed. | Raise model.max-image-bytes if that is intended, and replay.
      image-too-many-pixels | The image has more pixels than allowed. | Raise model.max-image-pixels if that is intended, and replay.
      decoding-timeout | Decoding the image takes more processor time than allowed. | Raise model.max-image-time if that is intended, and replay.
      decoding-out-of-memory | There is not enough memory to decode the image. | Give the task manager more heap, or lower grounding.decoding-memory, and replay; for AVIF and HEIC raise model.heif-memory.
      decoder-failed | The image crashed the process that decodes AVIF and HEIC. | Install a newer libavif or libheif, or convert the image, and replay.
      decoder-unavailable | The process that decodes AVIF and HEIC could not be started. | Check that the machine has memory, space for temporary files and the JDK that the task manager started with, and replay.
      attribute-missing | The text of a request in grounding.default-tasks or requests.rules.* needs an attribute that the event lacks. | Correct the producer or the rule, and replay.
      duplicate-request-id | Two requests of the event have the same identifier. | Correct the producer.
      too-many-requests | The event holds more requests than allowed. | Raise grounding.max-requests, or split the event.
      request-not-found | A replayed event names a request that it does not hold. | Replay with this command, not by hand.
      deadline-exceeded | The event's deadline passed before its inference began. | Publish it with a later deadline; add capacity if it happens often.
      unknown-task | The model does not know the task. | Correct the producer.
      text-missing | The task needs a text. | Correct the producer.
      text-unexpected | The task takes no text. | Correct the producer.
      text-invalid | The text is not of the form that the task takes. | Correct the producer.
      box-missing | The task needs a box. | Correct the producer.
      box-unexpected | The task takes no box. | Correct the producer.
      box-invalid | A box is outside of [0, 1], inverted, without area, or not a number. | Correct the producer.
      image-missing | The task needs an image, and the event has neither bytes nor URI. | Correct the producer.
      too-many-images | A prompt has more images than allowed, those of demonstrations included. | Correct the producer.
      demonstration-invalid | A demonstration has no image or no text, or boxes that do not suit its text. | Correct the demonstration.
      candidates-invalid | The task needs candidates and has none, too many, or an empty one; or it takes none. | Correct the producer.
      prompt-too-long | Prompt and new tokens together exceed the model's positions. | Shorten the text, or lower grounding.max-new-tokens.
      option-invalid | A generation option is out of its range, contradicts another, or leaves no token to choose. | Correct the request's options, or the job's.
      admission-deadline-exceeded | The model had no place for the request before its deadline. | Publish it with a later deadline; add capacity if it happens often.
      inference-failed | The model failed on this request, and again when the request was alone in its batch. | Replay; report it if it happens again.
      logits-not-finite | The model's answer is not finite. | Try float32; check the checkpoint.
      out-of-memory | The device's memory does not suffice even for this request alone. | Lower model.memory or free memory of the device, and replay.
      record-too-large | A result is larger than a record may be. | Raise kafka.max-record-bytes and the topic's max.message.bytes, and replay.
      document-refused | The index rejects the document. | Read the message; correct the mapping or enrich again.
      document-too-large | The document is larger than the job or the index accepts. | Raise index.bulk.max-size, or send fewer requests for one image.
      image-record-missing | Phrases arrived without the record of their image. | Replay, which enriches the image again.
      internal-error | An unexpected failure, at any stage. | Please report it, with the cause.
      """;

  /** The reason why an event ended at a stage. */
  private static final Map<Stage, String> STAGES =
      Map.of(
          Stage.DECODE_RECORD,
              "The record is not a valid image event, or the archive is damaged there.",
          Stage.FETCH, "The image that the event refers to could not be fetched.",
          Stage.DECODE_IMAGE, "The bytes are not an image that can be decoded within the limits.",
          Stage.REQUEST, "The request is invalid, or its deadline has passed.",
          Stage.INFERENCE, "The model failed.",
          Stage.EMIT, "The result could not be written.",
          Stage.INDEX, "The result could not be written to the search index.");

  private record Code(Stage stage, String code, boolean retryable) {}

  private DeadLettersPage() {}

  /** Returns the complete page. */
  public static String render() {
    Map<String, String[]> meanings = meanings();
    StringBuilder page = new StringBuilder(HEAD);
    for (Stage stage : Stage.values()) {
      page.append("\n## ").append(stage.id()).append("\n\n").append(STAGES.get(stage));
      page.append("\n\n| Code | Retryable | Meaning | What to do |\n|---|---|---|---|\n");
      for (Code code : codes()) {
        if (code.stage() == stage) {
          page.append(row(code.code(), code.retryable(), meanings));
        }
      }
    }
    page.append(
        "\n## At any stage\n\n| Code | Retryable | Meaning | What to do |\n|---|---|---|---|\n");
    page.append(row(Failure.INTERNAL_ERROR, false, meanings));
    if (!meanings.isEmpty()) {
      throw new IllegalStateException(meanings.keySet() + " (expected: codes that exist)");
    }
    return page.toString();
  }

  private static String row(String code, boolean retryable, Map<String, String[]> meanings) {
    String[] meaning = meanings.remove(code);
    if (meaning == null) {
      throw new IllegalStateException("code " + code + " (expected: a meaning for each code)");
    }
    return "| `%s` | %s | %s | %s |\n"
        .formatted(code, retryable ? "yes" : "no", meaning[0], meaning[1]);
  }

  /** Returns all codes in the order of their enumerations. */
  private static List<Code> codes() {
    List<Code> codes = new ArrayList<>();
    for (RecordErrorCode code : RecordErrorCode.values()) {
      codes.add(new Code(Stage.DECODE_RECORD, code.code(), code.retryable()));
    }
    Stream<ErrorCode> others =
        Stream.concat(
            Arrays.stream(OperatorErrorCode.values()), Arrays.stream(GroundingErrorCode.values()));
    others.forEach(code -> codes.add(new Code(code.stage(), code.code(), code.retryable())));
    return codes;
  }

  private static Map<String, String[]> meanings() {
    Map<String, String[]> meanings = new LinkedHashMap<>();
    for (String line : MEANINGS.lines().toList()) {
      String[] parts = line.split(" \\| ", -1);
      if (parts.length != 3 || meanings.put(parts[0], new String[] {parts[1], parts[2]}) != null) {
        throw new IllegalStateException(line + " (expected: code | meaning | what to do, once)");
      }
    }
    return meanings;
  }
}
