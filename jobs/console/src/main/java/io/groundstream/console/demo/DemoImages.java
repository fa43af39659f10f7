package io.groundstream.console.demo;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.render.DemoPage;
import io.groundstream.console.render.PageAnswer;
import io.groundstream.console.render.PageBox;
import io.groundstream.console.render.PageFailure;
import io.groundstream.console.render.PageImage;
import io.groundstream.console.render.PageInfo;
import io.groundstream.console.render.PagePhrase;
import io.groundstream.images.ImageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What the page shows: the last results, with their pictures. Not thread-safe. */
final class DemoImages {
  private static final int MAX_PICTURES = 200;
  private static final long MAX_BYTES = 64L << 20;

  private final DemoPage page;
  private String device;
  private final Deque<PageImage> images = new ArrayDeque<>();
  private PageInfo info;
  private long bytes;

  DemoImages(DemoOptions options) {
    this.page = new DemoPage(ImageOptions.defaults().withHeif(options.heif()));
    this.device = options.device();
    this.info =
        new PageInfo(
            String.valueOf(options.checkpoint().getFileName()), "", options.dtype(), device);
  }

  /** Sets what the page says about where the model runs; records do not carry it. */
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
    PageImage shown = page(result);
    images.add(shown);
    bytes += shown.bytes().length;
    while (images.size() > MAX_PICTURES || (bytes > MAX_BYTES && images.size() > 1)) {
      bytes -= images.remove().bytes().length;
    }
  }

  void writePage(Path file) throws IOException {
    page.write(file, info, List.copyOf(images));
  }

  private static PageImage page(DemoResult result) {
    GroundedImage image = result.image();
    if (image == null) {
      DeadLetter letter = result.deadLetters().get(0);
      return PageImage.failed(result.name(), result.pictureBytes(), failure(letter));
    }
    List<PageAnswer> answers = new ArrayList<>();
    for (RequestResult request : image.getRequests()) {
      if (request.getErrorCode() == null) {
        answers.add(
            PageAnswer.of(
                request.getTask(),
                request.getCaption(),
                result.phrases(request.getRequestId()).stream().map(DemoImages::phrase).toList()));
      } else {
        answers.add(PageAnswer.failed(request.getTask(), failure(request, result)));
      }
    }
    return new PageImage(
        result.name(), result.pictureBytes(), image.getWidth(), image.getHeight(), answers);
  }

  private static PagePhrase phrase(GroundedPhrase phrase) {
    List<PageBox> boxes = new ArrayList<>();
    for (GroundedBox box : phrase.getBoxes()) {
      boxes.add(
          new PageBox(
              box.getXMin(),
              box.getYMin(),
              box.getXMax(),
              box.getYMax(),
              box.getConfidence(),
              box.getSource().equals("given")));
    }
    return new PagePhrase(phrase.getPhrase(), phrase.getStart(), phrase.getEnd(), boxes);
  }

  private static PageFailure failure(RequestResult request, DemoResult result) {
    for (DeadLetter letter : result.deadLetters()) {
      if (request.getRequestId().equals(letter.getRequestId())) {
        return failure(letter);
      }
    }
    return new PageFailure("", String.valueOf(request.getErrorCode()), "");
  }

  private static PageFailure failure(DeadLetter letter) {
    return new PageFailure(letter.getStage(), letter.getCode(), letter.getMessage());
  }
}
