package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationTimes;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.PromptPart;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.operators.output.ModelIdentity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that does as the text of the request says: {@code throw}, {@code fail}, {@code die},
 * {@code wait}, {@code fail once}, {@code fail always} (both worth another try), {@code long:N} for
 * a caption of N letters, else an answer with one phrase. Pictures are as their first letter says;
 * that of {@code f} is smaller.
 */
final class FakeModel implements GroundingModel {
  static final ModelIdentity IDENTITY = new ModelIdentity("fake", "r0", "float32");

  /** How often a picture was prepared, or tried to be. */
  final AtomicInteger prepared = new AtomicInteger();

  final List<GroundingRequest> asked = Collections.synchronizedList(new ArrayList<>());
  final List<CompletableFuture<GroundedAnswer>> waiting =
      Collections.synchronizedList(new ArrayList<>());

  @Override
  public ModelIdentity identity() {
    return IDENTITY;
  }

  @Override
  public PreparedImage prepare(byte[] imageBytes, long maxPixels) throws GroundingException {
    prepared.incrementAndGet();
    if (maxPixels < 640 * 480) {
      throw new GroundingException(GroundingErrorCode.IMAGE_TOO_MANY_PIXELS, "size: 640 x 480");
    }
    if (imageBytes.length == 0) {
      throw new GroundingException(GroundingErrorCode.IMAGE_EMPTY, "image: 0 bytes");
    }
    if (imageBytes[0] == '!') {
      throw new IllegalStateException("a fault of the decoder");
    }
    if (imageBytes[0] == 'o') {
      throw new OutOfMemoryError("not really");
    }
    if (imageBytes[0] == 'm' && prepared.get() < 4) {
      throw new GroundingException(GroundingErrorCode.DECODING_OUT_OF_MEMORY, "for now");
    }
    if (imageBytes[0] == 's') {
      throw new StackOverflowError();
    }
    return imageBytes[0] == 'f'
        ? new PreparedImage(320, 200, new byte[3])
        : new PreparedImage(640, 480, new byte[3]);
  }

  @Override
  public CompletableFuture<GroundedAnswer> ground(GroundingRequest request) {
    asked.add(request);
    String text = request.text() == null ? "" : request.text();
    if (text.equals("throw")) {
      throw new IllegalStateException("a fault of the model");
    }
    if (text.equals("fail")) {
      return CompletableFuture.failedFuture(
          new GroundingException(GroundingErrorCode.PROMPT_TOO_LONG, "prompt: too long"));
    }
    if (text.equals("fail once") && asked.size() == 1) {
      return CompletableFuture.failedFuture(
          new GroundingException(GroundingErrorCode.OUT_OF_MEMORY, "for now"));
    }
    if (text.equals("fail always")) {
      return CompletableFuture.failedFuture(
          new GroundingException(GroundingErrorCode.INFERENCE_FAILED, "always"));
    }
    if (text.equals("die")) {
      return CompletableFuture.failedFuture(new OutOfMemoryError("not really"));
    }
    if (text.equals("wait")) {
      CompletableFuture<GroundedAnswer> answer = new CompletableFuture<>();
      waiting.add(answer);
      return answer;
    }
    return CompletableFuture.completedFuture(answer(request, text));
  }

  private static GroundedAnswer answer(GroundingRequest request, String text) {
    String caption =
        text.startsWith("long:")
            ? "x".repeat(Integer.parseInt(text.substring("long:".length())))
            : "An image of a ball";
    Box box = new Box(0.25, 0.25, 0.5, 0.75);
    Phrase phrase =
        new Phrase(
            "a ball",
            12,
            18,
            List.of(new PhraseBox(box, 0.5, false, true), new PhraseBox(box, null, true, false)),
            lastImage(request));
    return new GroundedAnswer(
        request.task(),
        new Prompt(
            new int[] {0, 1, 2},
            -1,
            0,
            "<grounding> An image of",
            request.regions().stream().map(Region::box).toList()),
        new int[] {7, 2},
        new float[] {0.5f, 0.5f},
        new GroundedText("raw " + caption, caption, "a ball", List.of(phrase), List.of("odd")),
        request.candidates().texts().stream().map(FakeModel::score).toList(),
        FinishReason.END,
        request.options(),
        GenerationTimes.instant());
  }

  /** Returns the index of the prompt's last image. */
  private static int lastImage(GroundingRequest request) {
    int images = (int) request.parts().stream().filter(PromptPart.Image.class::isInstance).count();
    return request.parts().isEmpty() ? request.demonstrations().list().size() : images - 1;
  }

  private static CandidateScore score(String text) {
    return new CandidateScore(text, new int[] {7, 8}, new float[] {-1f, -0.5f});
  }

  @Override
  public void close() {}
}
