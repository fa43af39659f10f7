package io.groundstream.operators.grounding;

import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RequestResult;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.ShownUri;
import io.groundstream.operators.grounding.Outcome.Answered;
import io.groundstream.operators.grounding.Outcome.Failed;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.output.OutputEncoders;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.schemas.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of an event: one for the image, one for each phrase, and a dead letter for each
 * failed request. Thread-safe.
 *
 * <p>No record exceeds the limit, and the records always agree with each other. If a phrase is too
 * large, its request fails as a whole: it has no phrases, and its code is in the image's record. If
 * the image's record is too large, the request with the longest text fails, then the next, until
 * the record fits. If it never fits, the event fails, and its only record is a dead letter.
 */
final class ResultAssembler {
  private static final String GIVEN = "given";
  private static final String GENERATED = "generated";

  private final OutputEncoders encoders;
  private final DeadLetters deadLetters;
  private final ModelIdentity model;
  private final int maxRecordBytes;

  ResultAssembler(
      OutputEncoders encoders, DeadLetters deadLetters, ModelIdentity model, int maxRecordBytes) {
    this.encoders = encoders;
    this.deadLetters = deadLetters;
    this.model = model;
    this.maxRecordBytes = maxRecordBytes;
  }

  /** Returns the dead letter of an event that failed as a whole. */
  OutputRecord failed(
      EventRecord source, @Nullable ImageEvent event, Failure failure, Instant now) {
    return deadLetters.ofEvent(source, event, failure, now);
  }

  /**
   * Returns the records of an event.
   *
   * @param outcomes the outcomes of the requests, in their order
   */
  List<OutputRecord> assemble(
      EventRecord source,
      ImageEvent event,
      EventImages images,
      List<AskedRequest> requests,
      List<Outcome> outcomes,
      Instant now) {
    Event about = new Event(source, event, images, requests, now);
    List<Outcome> fitting = new ArrayList<>(outcomes);
    List<List<OutputRecord>> phrases = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      phrases.add(phrases(about, i, fitting));
    }
    OutputRecord image = image(about, fitting);
    while (image.sizeInBytes() > maxRecordBytes) {
      int longest = longest(fitting);
      if (longest < 0) {
        return List.of(deadLetters.ofEvent(source, event, tooLarge(image), now));
      }
      fitting.set(longest, new Failed(tooLarge(image)));
      phrases.set(longest, List.of());
      image = image(about, fitting);
    }
    List<OutputRecord> records = new ArrayList<>();
    records.add(image);
    phrases.forEach(records::addAll);
    for (int i = 0; i < requests.size(); i++) {
      if (fitting.get(i) instanceof Failed failed) {
        AskedRequest request = requests.get(i);
        records.add(
            deadLetters.ofRequest(
                source, event, request.id(), request.request(), failed.failure(), now));
      }
    }
    return List.copyOf(records);
  }

  /** The common parts of an event's records. */
  private record Event(
      EventRecord source,
      ImageEvent event,
      EventImages images,
      List<AskedRequest> requests,
      Instant now) {
    @Nullable EventImage eventImage() {
      return images.own();
    }

    String imageId() {
      return EventFacts.imageId(event);
    }

    byte[] key() {
      return imageId().getBytes(StandardCharsets.UTF_8);
    }

    int width() {
      EventImage own = images.own();
      return own == null ? 0 : own.prepared().width();
    }

    int height() {
      EventImage own = images.own();
      return own == null ? 0 : own.prepared().height();
    }
  }

  /** Returns the phrases of a request; if one is too large, the request fails and has none. */
  private List<OutputRecord> phrases(Event about, int index, List<Outcome> outcomes) {
    if (!(outcomes.get(index) instanceof Answered answered)) {
      return List.of();
    }
    List<OutputRecord> records = new ArrayList<>();
    GroundedText text = answered.answer().grounded();
    for (int ordinal = 0; ordinal < text.phrases().size(); ordinal++) {
      OutputRecord record = phrase(about, about.requests().get(index), text, ordinal);
      if (record.sizeInBytes() > maxRecordBytes) {
        outcomes.set(index, new Failed(tooLarge(record)));
        return List.of();
      }
      records.add(record);
    }
    return records;
  }

  private OutputRecord phrase(Event about, AskedRequest asked, GroundedText text, int ordinal) {
    Phrase phrase = text.phrases().get(ordinal);
    GroundedPhrase record = new GroundedPhrase();
    record.setPhraseId(Ids.phraseId(about.imageId(), asked.id(), ordinal));
    record.setImageId(about.imageId());
    record.setEventId(about.event().getEventId());
    record.setRequestId(asked.id());
    record.setTask(asked.request().getTask());
    record.setOrdinal(ordinal);
    record.setPhrase(phrase.phrase());
    record.setStart(phrase.start());
    record.setEnd(phrase.end());
    record.setCaption(text.caption());
    int index = asked.imageOfEvent(phrase.image());
    EventImage image = about.images().at(index);
    record.setImageIndex(index);
    record.setWidth(image == null ? 0 : image.prepared().width());
    record.setHeight(image == null ? 0 : image.prepared().height());
    record.setBoxes(phrase.boxes().stream().map(ResultAssembler::box).toList());
    record.setAttributes(about.event().getAttributes());
    record.setModelName(model.name());
    record.setModelRevision(model.revision());
    record.setModelDtype(model.dtype());
    record.setEventTime(EventFacts.eventTime(about.source(), about.event()));
    record.setProcessingTime(about.now());
    record.setOrigin(EventFacts.origin(about.source()));
    return OutputRecord.of(OutputTopic.PHRASES, about.key(), encoders.phrases(), record);
  }

  private static GroundedBox box(PhraseBox box) {
    return new GroundedBox(
        box.box().xMin(),
        box.box().yMin(),
        box.box().xMax(),
        box.box().yMax(),
        box.confidence(),
        box.given() ? GIVEN : GENERATED,
        box.corrected());
  }

  private OutputRecord image(Event about, List<Outcome> outcomes) {
    List<RequestResult> results = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      results.add(result(about.requests().get(i), outcomes.get(i)));
    }
    EventImage eventImage = about.eventImage();
    GroundedImage record = new GroundedImage();
    record.setImageId(about.imageId());
    record.setEventId(about.event().getEventId());
    record.setWidth(about.width());
    record.setHeight(about.height());
    record.setContentSha256(eventImage == null ? null : eventImage.contentSha256());
    record.setUri(uri(about));
    record.setStoredWidth(eventImage == null ? 0 : eventImage.prepared().storedWidth());
    record.setStoredHeight(eventImage == null ? 0 : eventImage.prepared().storedHeight());
    record.setOrientation(eventImage == null ? 0 : eventImage.prepared().orientation());
    record.setRequests(results);
    record.setAttributes(about.event().getAttributes());
    record.setOmittedAttributes(about.event().getOmittedAttributes());
    record.setModelName(model.name());
    record.setModelRevision(model.revision());
    record.setModelDtype(model.dtype());
    record.setEventTime(EventFacts.eventTime(about.source(), about.event()));
    record.setProcessingTime(about.now());
    record.setOrigin(EventFacts.origin(about.source()));
    return OutputRecord.of(OutputTopic.IMAGES, about.key(), encoders.images(), record);
  }

  /** Returns where other tools find the image: its own URI, or that of its file. */
  private static @Nullable String uri(Event about) {
    String own = about.event().getImageUri();
    return own == null ? about.source().getSourceUri() : ShownUri.withoutSecrets(own);
  }

  private static RequestResult result(AskedRequest asked, Outcome outcome) {
    RequestResult result =
        RequestResult.newBuilder()
            .setRequestId(asked.id())
            .setTask(asked.request().getTask())
            .build();
    if (outcome instanceof Answered answered) {
      GroundedAnswer answer = answered.answer();
      GroundedText text = answer.grounded();
      result.setPrompt(answer.prompt().text());
      result.setRawText(text.text());
      result.setCaption(text.caption());
      result.setAnswer(text.answer());
      result.setFinishReason(answer.finishReason().id());
      result.setPromptTokens(answer.prompt().ids().length);
      result.setGeneratedTokens(answer.generatedIds().length);
      result.setPhraseCount(text.phrases().size());
      result.setWarnings(text.warnings());
      result.setScores(answer.scores().stream().map(ResultAssembler::score).toList());
    } else if (outcome instanceof Failed failed) {
      result.setErrorCode(failed.failure().code());
    }
    return result;
  }

  private static io.groundstream.avro.CandidateScore score(CandidateScore score) {
    List<Double> logarithms = new ArrayList<>();
    for (float logarithm : score.logProbabilities()) {
      logarithms.add((double) logarithm);
    }
    return new io.groundstream.avro.CandidateScore(
        score.text(), score.sum(), score.mean(), logarithms);
  }

  /** Returns the answered request whose texts are longest, or -1 if none is answered. */
  private static int longest(List<Outcome> outcomes) {
    int longest = -1;
    long length = -1;
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Answered answered) {
        GroundedText text = answered.answer().grounded();
        long all = text.text().length();
        all += text.caption().length();
        all += text.answer().length();
        all += answered.answer().prompt().text().length();
        all += answered.answer().scores().stream().mapToLong(ResultAssembler::size).sum();
        all += text.warnings().stream().mapToLong(String::length).sum();
        if (all > length) {
          longest = i;
          length = all;
        }
      }
    }
    return longest;
  }

  private static long size(CandidateScore score) {
    return score.text().length() + (long) Double.BYTES * score.logProbabilities().length;
  }

  private Failure tooLarge(OutputRecord record) {
    return Failure.of(
        new GroundingException(
            OperatorErrorCode.RECORD_TOO_LARGE,
            "record for "
                + record.getTopic()
                + ": "
                + record.sizeInBytes()
                + " bytes (expected: at most "
                + maxRecordBytes
                + ", kafka.max-record-bytes)"));
  }
}
