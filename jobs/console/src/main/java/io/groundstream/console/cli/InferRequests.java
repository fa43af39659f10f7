package io.groundstream.console.cli;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.PromptPart;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks a model the questions of one {@code infer}. Confined to one thread. */
final class InferRequests {
  private final Kosmos2 model;
  private final Question question;
  private final Demonstrations demonstrations;

  /** The names of the demonstrations' images. */
  private final List<String> demonstrated;

  private final boolean keepBytes;

  /**
   * What is asked about every image.
   *
   * @param scoring what is compared in place of generating an answer; none to generate one
   */
  record Question(
      Task task,
      @Nullable String text,
      List<Region> regions,
      GenerationOptions options,
      Candidates scoring) {}

  /**
   * An image of a question.
   *
   * @param bytes the bytes of the file; null if they are not needed
   */
  record Image(Path file, byte @Nullable [] bytes, PreparedImage prepared) {
    String name() {
      return String.valueOf(file.getFileName());
    }
  }

  /** What became of a question. */
  sealed interface Result {
    record Answered(GroundedAnswer answer) implements Result {}

    record Scored(Prompt prompt, List<CandidateScore> scores) implements Result {}
  }

  /**
   * A question that is under way.
   *
   * @param name the name of the last image; null without an image
   * @param demonstrated the names of the demonstrations' images, which stand before the others
   * @param images the question's own images in the order of the prompt; empty if one is bad
   */
  record Asked(
      @Nullable String name,
      List<String> demonstrated,
      List<Image> images,
      CompletableFuture<Result> result) {

    /** Returns the names of all images in the order of the prompt. */
    List<String> names() {
      List<String> names = new ArrayList<>(demonstrated);
      images.forEach(image -> names.add(image.name()));
      return names;
    }
  }

  /**
   * @param demonstrated the files of the demonstrations' images
   * @param keepBytes whether the bytes of images are needed after they are asked about
   */
  InferRequests(
      Kosmos2 model,
      Question question,
      Demonstrations demonstrations,
      List<Path> demonstrated,
      boolean keepBytes) {
    this.model = model;
    this.question = question;
    this.demonstrations = demonstrations;
    this.demonstrated = demonstrated.stream().map(InferRequests::name).toList();
    this.keepBytes = keepBytes;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** Asks about an image, or without one. */
  Asked about(@Nullable Path file) throws InterruptedException {
    List<Image> images = new ArrayList<>();
    CompletableFuture<Result> result;
    try {
      if (file != null) {
        images.add(image(file));
      }
      result =
          result(
              new GroundingRequest(
                      question.task(),
                      question.text(),
                      question.regions(),
                      images.isEmpty() ? null : images.get(0).prepared(),
                      question.options())
                  .withDemonstrations(demonstrations));
    } catch (GroundingException e) {
      result = CompletableFuture.failedFuture(e);
    }
    return new Asked(file == null ? null : name(file), demonstrated, images, result);
  }

  /** Asks with a prompt of several images. */
  Asked about(List<PromptMarkers.Part> parts, List<Path> files) throws InterruptedException {
    List<Image> images = new ArrayList<>();
    Path last = files.get(files.size() - 1);
    CompletableFuture<Result> result;
    try {
      List<Image> each = new ArrayList<>();
      for (Path file : files) {
        last = file;
        each.add(image(file));
      }
      List<PromptPart> prompt = new ArrayList<>();
      for (PromptMarkers.Part part : parts) {
        if (part.image() == 0) {
          prompt.add(new PromptPart.Text(part.text()));
        } else {
          Image image = each.get(part.image() - 1);
          images.add(image);
          last = image.file();
          prompt.add(new PromptPart.Image(image.prepared()));
        }
      }
      result = result(GroundingRequest.ofParts(prompt, question.options()));
    } catch (GroundingException e) {
      result = CompletableFuture.failedFuture(e);
    }
    return new Asked(name(last), List.of(), images, result);
  }

  private Image image(Path file) throws GroundingException {
    byte[] bytes = ImageFiles.read(file);
    return new Image(file, keepBytes ? bytes : null, model.prepare(bytes));
  }

  private CompletableFuture<Result> result(GroundingRequest request)
      throws GroundingException, InterruptedException {
    if (question.scoring().texts().isEmpty()) {
      return model.ground(request).thenApply(Result.Answered::new);
    }
    Prompt prompt = model.promptOf(request);
    return model
        .score(request, question.scoring().texts(), "")
        .thenApply(scores -> new Result.Scored(prompt, scores));
  }
}
