package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.avro.RequestBox;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Compares identifiers with values that another program computed from the description in the
 * Javadoc alone.
 */
class IdsTest {
  @Test
  void requestIdIsTheHashThatTheContractDescribes() {
    assertThat(Ids.requestId("grounded-caption", null, List.of()))
        .isEqualTo("1d21c6c1564d6b6611e7dd9517b66ce9");
    assertThat(Ids.requestId("question", "Wo ist der Löwe \uD83E\uDD81?", List.of()))
        .isEqualTo("76b454ddcce80161812b0652b2ebdaa0");
    assertThat(
            Ids.requestId(
                "referring-expression",
                "",
                List.of(
                    new RequestBox(-0.0, 0.25, 0.5, 1.0, null),
                    new RequestBox(0.0, 0.0, 1.0, 1.0, null))))
        .isEqualTo("10bec438dafbc68b25cc1797b4fd59ce");
  }

  @Test
  void archivedEventIdIsTheHashThatTheContractDescribes() {
    assertThat(Ids.archivedEventId("a/0001.tar", "000017.jpg"))
        .isEqualTo("c8e502a6722c915e61bc51840feed619");
    assertThat(Ids.archivedEventId("Löwe.jpg", "")).isEqualTo("e11f328b6f7546691048d5ae87b2bd2f");
  }

  @Test
  void phraseIdIsTheHashThatTheContractDescribes() {
    assertThat(Ids.phraseId("image-1", "r-1", 0)).isEqualTo("bd42cd1d1b2404c0ba04215eebcbb64d");
    assertThat(Ids.phraseId("Löwe.jpg", "", 258)).isEqualTo("e5be5a2dab71cc0b470e1143886b9c07");
  }

  @Test
  void contentHashIsSha256() {
    assertThat(Ids.contentSha256("abc".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void partsAreNotConfusedWithTheirNeighbours() {
    assertThat(Ids.phraseId("ab", "c", 0)).isNotEqualTo(Ids.phraseId("a", "bc", 0));
    assertThat(Ids.requestId("a", "", List.of())).isNotEqualTo(Ids.requestId("a", null, List.of()));
    assertThat(Ids.requestId("a", null, List.of(new RequestBox(0.0, 0.0, 0.0, 0.0, null))))
        .isNotEqualTo(Ids.requestId("a", null, List.of()));
  }

  @Test
  void optionsChangeARequestsIdentifierOnlyIfOneIsSet() {
    String plain = Ids.requestId("caption", null, List.of());
    assertThat(Ids.requestId(caption().build())).isEqualTo(plain);
    assertThat(Ids.requestId(caption().setOptions(DecodingOptions.newBuilder().build()).build()))
        .isEqualTo(plain);
    Set<String> ids = new HashSet<>(Set.of(plain));
    for (DecodingOptions options :
        List.of(
            DecodingOptions.newBuilder().setMaxNewTokens(1).build(),
            DecodingOptions.newBuilder().setNoRepeatNgramSize(1).build(),
            DecodingOptions.newBuilder().setMinNewTokens(1).build(),
            DecodingOptions.newBuilder().setRepetitionPenalty(1.0).build(),
            DecodingOptions.newBuilder().setBeams(1).build(),
            DecodingOptions.newBuilder().setLengthPenalty(1.0).build(),
            DecodingOptions.newBuilder().setTemperature(1.0).build(),
            DecodingOptions.newBuilder().setTopK(1).build(),
            DecodingOptions.newBuilder().setTopP(1.0).build(),
            DecodingOptions.newBuilder().setSeed(1L).build(),
            DecodingOptions.newBuilder().setSeed(Long.MAX_VALUE).build(),
            DecodingOptions.newBuilder().setSeed(Long.MAX_VALUE - 1).build(),
            DecodingOptions.newBuilder().setStop(List.of("a")).build(),
            DecodingOptions.newBuilder().setBadWords(List.of("a")).build(),
            DecodingOptions.newBuilder().setConstraint("boxes").build(),
            DecodingOptions.newBuilder().setMaxBoxes(1).build(),
            DecodingOptions.newBuilder().setChoices(List.of("a")).build(),
            DecodingOptions.newBuilder().setPhrases(List.of("a")).build())) {
      assertThat(ids.add(Ids.requestId(caption().setOptions(options).build()))).isTrue();
    }
  }

  @Test
  void everyPartOfAPromptChangesARequestsIdentifier() {
    RequestBox box = new RequestBox(0.0, 0.0, 1.0, 1.0, null);
    RequestBox named = new RequestBox(0.0, 0.0, 1.0, 1.0, "a dog");
    assertThat(Ids.requestId(caption().setBoxes(List.of(box)).build()))
        .isEqualTo(Ids.requestId("caption", null, List.of(box)));
    Set<String> ids = new HashSet<>();
    for (ImageRequest request :
        List.of(
            caption().build(),
            caption().setBoxes(List.of(box)).build(),
            caption().setBoxes(List.of(named)).build(),
            caption().setParts(List.of(new PromptPart("a", null))).build(),
            caption().setParts(List.of(new PromptPart(null, 0))).build(),
            caption().setParts(List.of(new PromptPart(null, 1))).build(),
            caption().setCandidates(List.of("a")).build(),
            caption().setCandidates(List.of("a", "b")).build(),
            caption().setCandidates(List.of("ab")).build(),
            caption().setRanking("mean").build())) {
      assertThat(ids.add(Ids.requestId(request))).isTrue();
    }
  }

  /** Compares with a hash that Python's hashlib computed from the description alone. */
  @Test
  void identifierOfAPromptIsTheHashThatTheContractDescribes() {
    assertThat(
            Ids.requestId(
                ImageRequest.newBuilder()
                    .setTask("score")
                    .setBoxes(List.of(new RequestBox(0.0, 0.25, 0.5, 1.0, "ein Löwe")))
                    .setParts(List.of(new PromptPart(null, 1), new PromptPart("It is", null)))
                    .setCandidates(List.of("a cat", "a dog"))
                    .setRanking("mean")
                    .setOptions(
                        DecodingOptions.newBuilder()
                            .setSeed(7L)
                            .setConstraint("any")
                            .setMaxBoxes(2)
                            .setPhrases(List.of("a dog"))
                            .build())
                    .build()))
        .isEqualTo("a43805d88f199684bb4776e3241f1909");
  }

  private static ImageRequest.Builder caption() {
    return ImageRequest.newBuilder().setTask("caption");
  }
}
