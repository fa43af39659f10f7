package io.groundstream.operators.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What flows and is kept needs no generic serializer, and comes back as it was. */
class IndexStateTest {
  private static <T> TypeSerializer<T> serializer(Class<T> type) {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    return TypeInformation.of(type).createSerializer(config);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Finding.class,
        ImageState.class,
        ResultState.class,
        IndexDocument.class,
        Refusal.class
      })
  void isAPojoThatCanGrow(Class<?> type) {
    assertThat(TypeInformation.of(type)).isInstanceOf(PojoTypeInfo.class);
    assertThat(serializer(type)).isNotNull();
  }

  @Test
  void stateComesBack() throws IOException {
    ImageState state = new ImageState();
    ResultState result = new ResultState();
    result.requestId = "request";
    result.eventId = "event";
    result.processingTime = 42;
    result.shown = true;
    result.image = new ImageFacts();
    result.image.attributeNames = new String[] {"camera"};
    result.image.attributeValues = new String[] {"north"};
    result.image.eventTime = 7L;
    result.request = new RequestFacts();
    result.request.caption = "a dog";
    result.request.phraseCount = 1;
    PhraseFacts phrase = new PhraseFacts();
    phrase.phrase = "a dog";
    phrase.boxes = new BoxFacts[] {new BoxFacts()};
    phrase.boxes[0].confidence = 0.5;
    result.phrases = new PhraseFacts[] {phrase};
    ResultState waiting = new ResultState();
    waiting.requestId = "other";
    state.results = new ResultState[] {result, waiting};
    DataOutputSerializer out = new DataOutputSerializer(64);

    serializer(ImageState.class).serialize(state, out);

    ImageState back =
        serializer(ImageState.class).deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertThat(back).usingRecursiveComparison().isEqualTo(state);
  }

  @Test
  void waitingDocumentsAndRefusalsComeBack() throws IOException {
    IndexDocument document = new IndexDocument();
    document.id = "id ä";
    document.version = Long.MAX_VALUE;
    document.imageId = "image";
    document.eventId = "event";
    document.source = new byte[] {1, 2, 3};
    document.modelName = "model";
    document.deleted = true;
    DocumentStateSerializer documents = new DocumentStateSerializer();
    byte[] bytes =
        documents.serialize(
            new BufferedRequestState<>(List.of(new RequestEntryWrapper<>(document, 3))));
    assertThat(documents.deserialize(documents.getVersion(), bytes).getBufferedRequestEntries())
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.getRequestEntry()).usingRecursiveComparison().isEqualTo(document));

    Refusal refusal = Refusal.of(document, "code", "message", 17);
    refusal.requestId = "request";
    RefusalSerializer refusals = new RefusalSerializer();
    assertThat(refusals.deserialize(refusals.getVersion(), refusals.serialize(refusal)))
        .usingRecursiveComparison()
        .isEqualTo(refusal);
  }
}
