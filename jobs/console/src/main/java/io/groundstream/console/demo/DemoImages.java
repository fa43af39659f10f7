package io.groundstream.console.demo;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.render.Card;
import io.groundstream.console.render.CardParts;
import io.groundstream.console.render.DemoPage;
import io.groundstream.console.render.PageInfo;
import io.groundstream.console.render.Thumbnail;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The cards of the last results, for the demo's page. Not thread-safe. */
final class DemoImages {
  private static final int MOST_CARDS = 200;
  private static final long MOST_IMAGE_CHARS = 64L << 20;

  private static final String NO_IMAGE = "This image cannot be shown.";

  private final DemoPage page = new DemoPage();
  private final ImageDecoder decoder;
  private String device;
  private final Deque<Card> cards = new ArrayDeque<>();
  private PageInfo info;
  private long imageChars;
  private long lastOrder;

  DemoImages(DemoOptions options) {
    this.decoder = new ImageDecoder(ImageOptions.defaults().withHeif(options.heif()));
    this.device = options.device();
    this.info =
        new PageInfo(
            String.valueOf(options.checkpoint().getFileName()), "", options.dtype(), device);
  }

  /** Sets where the model runs, for the page's head; records do not say it. */
  void setDevice(String value) {
    device = value;
  }

  void add(DemoResult result) {
    GroundedImage image = result.image();
    if (image != null) {
      info =
          new PageInfo(
              image.getModelName(), image.getModelRevision(), image.getModelDtype(), device);
    }
    Card card = card(result);
    cards.add(card);
    imageChars += length(card);
    while (cards.size() > MOST_CARDS || (imageChars > MOST_IMAGE_CHARS && cards.size() > 1)) {
      imageChars -= length(cards.remove());
    }
  }

  private static int length(Card card) {
    return card.image() == null ? 0 : card.image().length();
  }

  void writePage(Path file) throws IOException {
    page.write(file, info, List.copyOf(cards));
  }

  private Card card(DemoResult result) {
    GroundedImage image = result.image();
    Thumbnail thumbnail = thumbnail(result);
    return image == null
        ? failed(result, result.deadLetters().get(0), thumbnail)
        : answered(result, image, thumbnail);
  }

  private Card answered(DemoResult result, GroundedImage image, @Nullable Thumbnail thumbnail) {
    return new Card(
        CardParts.name(result.name()),
        ++lastOrder,
        image.getProcessingTime().toEpochMilli(),
        CardParts.name(image.getEventId()),
        image.getWidth(),
        image.getHeight(),
        CardParts.origin(image.getOrigin()),
        CardParts.name(image.getModelName()),
        CardParts.attributes(image.getAttributes()),
        thumbnail == null ? null : thumbnail.dataUri(),
        thumbnail == null ? NO_IMAGE : null,
        null,
        image.getRequests().stream()
            .limit(CardParts.MOST_ANSWERS)
            .map(request -> answer(request, result))
            .toList());
  }

  private Card failed(DemoResult result, DeadLetter letter, @Nullable Thumbnail thumbnail) {
    String event = letter.getEventId();
    return new Card(
        CardParts.name(result.name()),
        ++lastOrder,
        letter.getProcessingTime().toEpochMilli(),
        event == null ? "" : CardParts.name(event),
        thumbnail == null ? 0 : thumbnail.width(),
        thumbnail == null ? 0 : thumbnail.height(),
        CardParts.origin(letter.getOrigin()),
        "",
        Map.of(),
        thumbnail == null ? null : thumbnail.dataUri(),
        thumbnail == null ? NO_IMAGE : null,
        CardParts.failure(letter),
        List.of());
  }

  private static Card.Answer answer(RequestResult request, DemoResult result) {
    String id = request.getRequestId();
    for (DeadLetter letter : result.deadLetters()) {
      if (request.getErrorCode() != null && id.equals(letter.getRequestId())) {
        return CardParts.answer(request).failed(CardParts.failure(letter));
      }
    }
    return CardParts.answer(request)
        .with(
            result.phrases(id).stream()
                .limit(CardParts.MOST_PHRASES)
                .map(CardParts::phrase)
                .toList());
  }

  private @Nullable Thumbnail thumbnail(DemoResult result) {
    try {
      return Thumbnail.of(result.imageBytes(), decoder);
    } catch (ImageException e) {
      return null;
    }
  }
}
