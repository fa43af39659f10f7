package io.groundstream.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.render.CardParts;
import io.groundstream.console.render.Thumbnail;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GalleryTest {
  private static final int KEEP = 10;

  private final EventLog log = new EventLog();
  private final List<CompletableFuture<LoadedImage>> asked = new ArrayList<>();
  private long nanos;
  private final Gallery gallery =
      new Gallery(
          KEEP,
          log,
          origin -> {
            CompletableFuture<LoadedImage> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          },
          () -> nanos);

  /** Returns the cards that a browser shows after all events so far, oldest first. */
  private List<JsonNode> cards() throws Exception {
    gallery.publish();
    List<JsonNode> cards = new ArrayList<>();
    for (byte[] frame : gallery.snapshot().frames()) {
      cards.add(data(frame));
    }
    return cards;
  }

  private static JsonNode data(byte[] frame) throws Exception {
    String text = new String(frame, StandardCharsets.UTF_8);
    assertThat(text).matches("event: [a-z]+\ndata: [^\n]*\n\n");
    return new ObjectMapper().readTree(text.substring(text.indexOf("data: ") + 6));
  }

  private static List<String> ids(List<JsonNode> cards) {
    return cards.stream().map(card -> card.get("id").asText()).toList();
  }

  private static JsonNode phrases(JsonNode card) {
    return card.get("answers").get(0).get("phrases");
  }

  @Test
  void phrasesAreJoinedWheneverTheyCome() throws Exception {
    gallery.add(Records.phrase("a", "a1", 0, 1));
    assertThat(cards()).isEmpty();
    gallery.add(Records.image("a", "a1", 5, 2));
    assertThat(phrases(cards().get(0))).hasSize(1);
    gallery.add(Records.phrase("a", "a1", 1, 2));
    JsonNode card = cards().get(0);
    assertThat(card.get("answers").get(0).get("expected").asInt()).isEqualTo(2);
    assertThat(phrases(card)).hasSize(2);
    assertThat(phrases(card).get(1).get("boxes").get(1).get("x1").asDouble()).isEqualTo(0.75);
    assertThat(card.get("time").asLong()).isEqualTo(5);
    assertThat(card.get("origin").asText()).isEqualTo("image-events 0:0");
  }

  @Test
  void aNewerEnrichmentReplacesAnOlderOneWhateverTheOrder() throws Exception {
    gallery.add(Records.image("a", "first", 5, 2));
    gallery.add(Records.phrase("a", "first", 0, 1));
    gallery.add(Records.phrase("a", "second", 0, 3));
    gallery.add(Records.image("a", "second", 6, 1));
    // Late, and no longer relevant.
    gallery.add(Records.phrase("a", "first", 1, 1));
    gallery.add(Records.image("a", "first", 5, 2));
    JsonNode card = cards().get(0);
    assertThat(ids(cards())).containsExactly("a");
    assertThat(card.get("event").asText()).isEqualTo("second");
    assertThat(card.get("answers")).hasSize(1);
    assertThat(phrases(card)).hasSize(1);
    assertThat(phrases(card).get(0).get("boxes")).hasSize(3);
  }

  @Test
  void answersToOtherRequestsAreMerged() throws Exception {
    gallery.add(Records.image("a", "first", 5, 0));
    GroundedImage other = Records.image("a", "second", 6, 0);
    other.setRequests(List.of(Records.result("question", "two", 0)));
    gallery.add(other);
    assertThat(cards().get(0).get("answers")).hasSize(2);
  }

  @Test
  void holdsTheNewestAndTellsOfThoseThatLeft() throws Exception {
    for (int image = 0; image < 25; image++) {
      nanos += 1_000_000_000L;
      gallery.add(Records.image("i" + image, "e", image, 0));
      gallery.publish();
    }
    assertThat(ids(cards()))
        .containsExactly("i15", "i16", "i17", "i18", "i19", "i20", "i21", "i22", "i23", "i24");
    List<byte[]> all = Objects.requireNonNull(log.after(0, Integer.MAX_VALUE)).frames();
    assertThat(all)
        .filteredOn(frame -> new String(frame, StandardCharsets.UTF_8).startsWith("event: gone"))
        .hasSize(15);
  }

  @Test
  void whatComesTooFastIsCountedAndTheNewestOfItShownInTheEnd() throws Exception {
    for (int image = 0; image < 1000; image++) {
      gallery.add(Records.image("i" + image, "e", image, 0));
    }
    assertThat(ids(cards()))
        .containsExactly("i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9");
    assertThat(gallery.skipped()).isEqualTo(990);
    nanos += 200_000_000L;
    gallery.publish();
    assertThat(ids(cards())).hasSize(KEEP).endsWith("i999").contains("i996").doesNotContain("i995");
    nanos += 1_000_000_000L;
    assertThat(ids(cards())).hasSize(KEEP).startsWith("i990").endsWith("i999");
    assertThat(gallery.skipped()).isEqualTo(980);
  }

  @Test
  void imagesComeLaterAndLeaveWithTheirCards() throws Exception {
    gallery.add(Records.image("a", "e", 1, 0));
    assertThat(cards().get(0).has("image")).isFalse();
    asked.get(0).complete(LoadedImage.of(new Thumbnail(new byte[] {1, 2}, 40, 30)));
    String path = cards().get(0).get("image").asText();
    assertThat(path).matches("/images/[0-9a-f]+-1\\.jpg");
    assertThat(gallery.thumbnail(path)).containsExactly(1, 2);
    assertThat(gallery.thumbnail("/images/other-1.jpg")).isNull();
    assertThat(gallery.thumbnail(path.replace("-1.", "-99999999999999999999."))).isNull();
    for (int image = 0; image < KEEP + Gallery.MOST_DEPARTED; image++) {
      // A browser that received the card just before it was dropped still gets the image.
      assertThat(gallery.thumbnail(path)).containsExactly(1, 2);
      nanos += 1_000_000_000L;
      gallery.add(Records.image("i" + image, "e", image, 0));
      asked.get(image + 1).complete(LoadedImage.of(new Thumbnail(new byte[9], 40, 30)));
    }
    assertThat(ids(cards())).doesNotContain("a");
    assertThat(gallery.thumbnail(path)).isNull();
  }

  @Test
  void anImageThatCannotBeLoadedIsExplained() throws Exception {
    gallery.add(Records.image("a", "e", 1, 0));
    asked.get(0).complete(LoadedImage.none("gone from the topic"));
    assertThat(cards().get(0).get("note").asText()).isEqualTo("gone from the topic");
  }

  @Test
  void ofManyLargeImagesFewerAreHeld() throws Exception {
    for (int image = 0; image < 5; image++) {
      gallery.add(Records.image("i" + image, "e", image, 0));
      asked.get(image).complete(LoadedImage.of(new Thumbnail(new byte[40 << 20], 40, 30)));
    }
    assertThat(ids(cards())).containsExactly("i3", "i4");
  }

  @Test
  void hostileRecordsMakeCardsOfBoundedSize() throws Exception {
    String huge = "\ud83d\ude00".repeat(100_000);
    GroundedImage image = Records.image(huge, huge, 1, Integer.MAX_VALUE);
    List<RequestResult> results = new ArrayList<>();
    for (int request = 0; request < 100; request++) {
      results.add(Records.result(huge + request, huge, Integer.MAX_VALUE));
    }
    results.add(Records.result("r", huge, Integer.MAX_VALUE));
    image.setRequests(results);
    for (int attribute = 0; attribute < 100; attribute++) {
      image.getAttributes().put(attribute + huge, huge);
    }
    gallery.add(image);
    for (int ordinal = -5; ordinal < 1000; ordinal++) {
      gallery.add(Records.phrase(huge, huge, ordinal, 100));
    }
    JsonNode card = cards().get(0);
    assertThat(card.get("id").asText().codePoints().count()).isEqualTo(CardParts.MOST_NAME);
    assertThat(card.get("answers")).hasSize(CardParts.MOST_ANSWERS);
    assertThat(phrases(card).size()).isLessThanOrEqualTo(CardParts.MOST_PHRASES);
    assertThat(gallery.snapshot().frames().get(0).length).isLessThan(1 << 20);
  }
}
