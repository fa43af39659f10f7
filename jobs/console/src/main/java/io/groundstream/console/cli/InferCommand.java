package io.groundstream.console.cli;

import io.groundstream.images.PreparedImage;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs the model on files, without a broker. */
@Command(
    name = "infer",
    mixinStandardHelpOptions = true,
    description = {
      "Ask the model about images on disk.",
      "",
      "Prints one JSON object a line, in the order of the images, and nothing else, to standard"
          + " output: image, width, height, task, prompt, prompt_ids, generated_ids,"
          + " probabilities, text, caption, answer, phrases with boxes in fractions of the image,"
          + " finish_reason; or image and error with code and message.",
      ""
    },
    footer = {
      "",
      "Tasks: grounded-caption and detailed-caption describe the image with boxes, caption"
          + " without; phrase-grounding finds --text 'a snowman'; phrase-in-sentence finds the"
          + " phrase in brackets of --text 'a snowman by [a fire]'; referring-expression says what"
          + " is in --box; question and grounded-question answer --text; prompt takes --text as"
          + " the whole prompt, tags and all.",
      "",
      "Examples:",
      "  groundstream infer --render drawn/ image.jpg",
      "  groundstream infer --task phrase-grounding --text 'a dog' *.jpg | jq .phrases",
      "  groundstream infer --checkpoint ~/kosmos-2-patch14-224 --task referring-expression \\",
      "      --box 0.1,0.2,0.5,0.9 image.jpg",
      "Exit codes: 0 all went well; 2 wrong usage; 3 some images or requests failed."
    })
final class InferCommand implements Callable<Integer> {
  /** The length of an ordinary sequence in the engine's cache. */
  private static final int ORDINARY_TOKENS = 256;

  @Spec private CommandSpec spec;
  @Mixin private ModelMixin model;

  @Option(
      names = "--task",
      defaultValue = "grounded-caption",
      converter = TaskConverter.class,
      description = "The task for every image (default: ${DEFAULT-VALUE}).")
  private Task task;

  @Mixin private RequestMixin request;

  @Mixin private DecodingMixin decoding;

  @Option(
      names = "--render",
      paramLabel = "DIR",
      description = "Write each image, with boxes and phrases drawn, as PNG into this folder.")
  private @Nullable Path renderFolder;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..*",
      description = "Image files. Only the task prompt works without.")
  private List<Path> files = new ArrayList<>();

  private @Nullable RenderedFiles rendered;
  private int failures;

  /** The outcome for one image: an answer that is under way, or an error. */
  private record Pending(
      @Nullable Path file,
      byte @Nullable [] bytes,
      @Nullable PreparedImage image,
      CompletableFuture<GroundedAnswer> answer) {}

  @Override
  public Integer call() throws CommandException, InterruptedException {
    GenerationOptions options = checkUsage();
    List<Box> regions =
        request.boxes().stream()
            .map(box -> new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()))
            .toList();
    List<@Nullable Path> inputs = new ArrayList<>(files);
    if (inputs.isEmpty()) {
      inputs.add(null);
    }
    rendered = renderFolder == null ? null : RenderedFiles.in(renderFolder, model.imageOptions());
    PrintWriter err = spec.commandLine().getErr();
    try (Kosmos2 kosmos2 = model.load(slots(inputs.size(), options), err)) {
      ProgressLine progress = new ProgressLine(err, "Asking the model");
      Deque<Pending> pending = new ArrayDeque<>();
      int finished = 0;
      // Two batches under way: while one is generated, the next one's images are decoded.
      int window = (int) Math.min(inputs.size(), 2L * model.batchSize());
      for (Path file : inputs) {
        if (spec.commandLine().getOut().checkError()) {
          // The reader of the output, such as head, has ended.
          break;
        }
        pending.add(ask(kosmos2, file, regions, options));
        while (pending.size() >= window || (!pending.isEmpty() && first(pending).isDone())) {
          finish(pending.remove(), progress);
          progress.update(++finished, inputs.size(), finished + " of " + inputs.size());
        }
      }
      while (!pending.isEmpty()) {
        finish(pending.remove(), progress);
        progress.update(++finished, inputs.size(), finished + " of " + inputs.size());
      }
      progress.end();
    }
    return failures == 0 ? ExitCodes.OK : ExitCodes.FAILED;
  }

  /**
   * Returns how many slots are of use. Each beam takes one; long answers take the place of several
   * ordinary ones, which matters to a search that must have all its beams at once.
   */
  private static int slots(int inputs, GenerationOptions options) {
    long each = 1;
    if (options.beams() > 1) {
      each = options.beams() * (2L + options.maxNewTokens() / ORDINARY_TOKENS);
    }
    return (int) Math.min(Integer.MAX_VALUE, inputs * each);
  }

  private static CompletableFuture<GroundedAnswer> first(Deque<Pending> pending) {
    return pending.getFirst().answer();
  }

  private GenerationOptions checkUsage() {
    GenerationOptions options = decoding.options();
    try {
      options.check();
    } catch (GroundingException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    if (files.isEmpty() && task != Task.PROMPT) {
      throw new ParameterException(
          spec.commandLine(), "Missing IMAGE: the task " + task.id() + " needs at least one image");
    }
    if (model.batchSize() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--batch-size: " + model.batchSize() + " (expected: >= 1)");
    }
    return options;
  }

  private Pending ask(
      Kosmos2 kosmos2, @Nullable Path file, List<Box> regions, GenerationOptions options)
      throws InterruptedException {
    byte[] bytes = null;
    PreparedImage image = null;
    try {
      if (file != null) {
        bytes = ImageFiles.read(file);
        image = kosmos2.prepare(bytes);
      }
    } catch (GroundingException e) {
      return new Pending(file, null, null, CompletableFuture.failedFuture(e));
    }
    return new Pending(
        file,
        rendered == null ? null : bytes,
        image,
        kosmos2.ground(
            new GroundingRequest(
                task, request.text(), Region.unnamed(regions), image, options)));
  }

  private void finish(Pending pending, ProgressLine progress)
      throws CommandException, InterruptedException {
    Path file = pending.file();
    String name = file == null ? null : String.valueOf(file.getFileName());
    String line;
    try {
      GroundedAnswer answer = pending.answer().get();
      line = AnswerJson.answer(name, pending.image(), answer);
      if (rendered != null && name != null && pending.bytes() != null) {
        rendered.write(name, pending.bytes(), answer);
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroundingException failure)) {
        throw new CommandException("The model has failed: " + e.getCause(), e);
      }
      failures++;
      line =
          AnswerJson.error(name, failure.errorCode().code(), String.valueOf(failure.getMessage()));
    }
    progress.end();
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private static final class TaskConverter implements ITypeConverter<Task> {
    @Override
    public Task convert(String value) {
      try {
        return Task.parse(value.toLowerCase(Locale.ROOT));
      } catch (GroundingException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
