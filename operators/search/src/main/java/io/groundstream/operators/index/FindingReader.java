package io.groundstream.operators.index;

import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.RequestResult;
import java.util.Map;
import java.util.TreeMap;

/** Reads from the topics' records what the index needs. */
final class FindingReader {
  private FindingReader() {}

  static Finding of(GroundedImage image) {
    Finding finding = new Finding();
    finding.imageId = image.getImageId();
    finding.eventId = image.getEventId();
    finding.processingTime = image.getProcessingTime().toEpochMilli();
    ImageFacts facts = new ImageFacts();
    facts.width = image.getWidth();
    facts.height = image.getHeight();
    facts.contentSha256 = image.getContentSha256();
    facts.modelName = image.getModelName();
    facts.modelRevision = image.getModelRevision();
    facts.modelDtype = image.getModelDtype();
    facts.eventTime = image.getEventTime() == null ? null : image.getEventTime().toEpochMilli();
    facts.originSystem = image.getOrigin().getSystem();
    facts.originName = image.getOrigin().getName();
    facts.originPosition = image.getOrigin().getPosition();
    // Sorted, so that the same record gives the same document.
    Map<String, String> attributes = new TreeMap<>(image.getAttributes());
    facts.attributeNames = attributes.keySet().toArray(String[]::new);
    facts.attributeValues = attributes.values().toArray(String[]::new);
    finding.image = facts;
    finding.requests =
        image.getRequests().stream().map(FindingReader::request).toArray(RequestFacts[]::new);
    return finding;
  }

  static Finding of(GroundedPhrase phrase) {
    Finding finding = new Finding();
    finding.imageId = phrase.getImageId();
    finding.eventId = phrase.getEventId();
    finding.processingTime = phrase.getProcessingTime().toEpochMilli();
    PhraseFacts facts = new PhraseFacts();
    facts.requestId = phrase.getRequestId();
    facts.ordinal = phrase.getOrdinal();
    facts.phrase = phrase.getPhrase();
    // Boxes in another image say nothing about the one that the document is about.
    facts.boxes =
        phrase.getImageIndex() == 0
            ? phrase.getBoxes().stream().map(FindingReader::box).toArray(BoxFacts[]::new)
            : new BoxFacts[0];
    finding.phrase = facts;
    return finding;
  }

  private static RequestFacts request(RequestResult result) {
    RequestFacts facts = new RequestFacts();
    facts.requestId = result.getRequestId();
    facts.task = result.getTask();
    facts.caption = result.getCaption();
    facts.answer = result.getAnswer();
    facts.finishReason = result.getFinishReason();
    facts.errorCode = result.getErrorCode();
    facts.phraseCount = result.getPhraseCount();
    return facts;
  }

  private static BoxFacts box(GroundedBox box) {
    BoxFacts facts = new BoxFacts();
    facts.xMin = box.getXMin();
    facts.yMin = box.getYMin();
    facts.xMax = box.getXMax();
    facts.yMax = box.getYMax();
    facts.confidence = box.getConfidence();
    facts.source = box.getSource();
    return facts;
  }
}
