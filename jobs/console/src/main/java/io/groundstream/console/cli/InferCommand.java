package io.groundstream.console.cli;

import io.groundstream.console.cli.InferRequests.Asked;
import io.groundstream.console.cli.InferRequests.Question;
import io.groundstream.console.cli.InferRequests.Result;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.kosmos2.text.Task;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
          + " output: image, width, height, images of the prompt, task, prompt, prompt_ids,"
          + " generated_ids, probabilities, text, caption, answer, phrases with boxes in fractions"
          + " of the image that is theirs in images, finish_reason, and options as they were used;"
          + " with --score, candidates with their log probabilities, and the index of the best; or"
          + " image and error with code and message.",
      ""
    },
    footer = {
      "",
      "Tasks: grounded-caption and detailed-caption describe the image with boxes, caption"
          + " without; phrase-grounding finds --text 'a snowman'; phrase-in-sentence finds the"
          + " phrase in brackets of --text 'a snowman by [a fire]'; referring-expression says what"
          + " is in --region, and continues --text if it has one; question and grounded-question"
          + " answer --text; prompt takes --text as the whole prompt, tags and all; score compares"
          + " texts after such a prompt, as --score does after that of any task.",
      "",
      "Examples:",
      "  groundstream infer --render drawn/ image.jpg",
      "  groundstream infer --task phrase-grounding --text 'a dog' *.jpg | jq .phrases",
      "  groundstream infer --checkpoint ~/kosmos-2-patch14-224 --task referring-expression \\",
      "      --region 0.1,0.2,0.5,0.9 image.jpg",
      "What two named regions have to do with each other:",
      "  groundstream infer --task referring-expression --region '0.1,0.2,0.5,0.9=a dog' \\",
      "      --region '0.6,0.2,0.9,0.9=a cat' --text 'are' image.jpg",
      "Which text fits best (with --table, for people), of any length with --ranking mean:",
      "  groundstream infer --task caption --score 'a dog.' --score 'a cat.' --table image.jpg",
      "  groundstream infer --task question --text 'Is it day or night?' --score day \\",
      "      --score night image.jpg",
      "The same as an answer, or an answer that must have boxes, but at most two:",
      "  groundstream infer --task question --text 'Is it day or night?' --choice day \\",
      "      --choice night image.jpg",
      "  groundstream infer --task phrase-grounding --text 'a dog' --constrain boxes \\",
      "      --max-boxes 2 image.jpg",
      "Several images in one prompt:",
      "  groundstream infer --task prompt --image a.jpg --image b.jpg \\",
      "      --text '<image:1> This is WALL-E. <image:2> This is'",
      "Demonstrations, which are read once for all images:",
      "  groundstream infer --task referring-expression --region 0.1,0.2,0.5,0.9 \\",
      "      --demonstration 'cup.jpg::<grounding><box:0.3,0.3,0.6,0.8> is a red cup.' \\",
      "      --demonstration 'cow.jpg::<grounding><box:0,0.4,0.5,1> is the front most cow.' *.jpg",
      "Exit codes: 0 all went well; 2 wrong usage; 3 some images or requests failed."
    })
final class InferCommand implements Callable<Integer> {
  /** The length of an ordinary sequence in the engine's cache. */
  private static final int ORDINARY_TOKENS = 256;

  /** Those of an image's places and of some text. */
  private static final long IMAGE_TOKENS = 128;

  @Spec private CommandSpec spec;
  @Mixin private ModelMixin model;

  @Option(
      names = "--task",
      defaultValue = "grounded-caption",
      converter = TaskConverter.class,
      description = "The task for every image (default: ${DEFAULT-VALUE}).")
  private Task task;

  @Mixin private RequestMixin request;
  @Mixin private ContextMixin context;
  @Mixin private ScoringMixin scoring;
  @Mixin private ConstraintMixin constraint;
  @Mixin private DecodingMixin decoding;

  @Option(
      names = "--render",
      paramLabel = "DIR",
      description = "Write each image, with boxes and phrases drawn, as PNG into this folder.")
  private @Nullable Path renderFolder;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..*",
      description =
          "Image files, each with a prompt of its own. Only the tasks prompt and score work"
              + " without.")
  private List<Path> files = new ArrayList<>();

  private @Nullable RenderedFiles rendered;
  private int failures;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    GenerationOptions options = checkUsage();
    List<PromptMarkers.Part> parts = checkImages();
    List<byte[]> demonstrations = context.readDemonstrations();
    List<@Nullable Path> inputs = new ArrayList<>(files);
    if (inputs.isEmpty()) {
      // One prompt, of several images or of none.
      inputs.add(null);
    }
    rendered = renderFolder == null ? null : RenderedFiles.in(renderFolder, model.imageOptions());
    PrintWriter err = spec.commandLine().getErr();
    int images =
        demonstrations.size()
            + (int) Math.max(1, parts.stream().filter(part -> part.image() > 0).count());
    try (Kosmos2 kosmos2 = model.load(slots(inputs.size(), images, options), err)) {
      InferRequests requests =
          new InferRequests(
              kosmos2,
              new Question(
                  task,
                  request.text(),
                  request.regions(),
                  options,
                  new Candidates(scoring.candidates(), scoring.ranking())),
              context.demonstrations(demonstrations, kosmos2, inputs.size()),
              context.demonstrated(),
              rendered != null);
      ProgressLine progress = new ProgressLine(err, "Asking the model");
      Deque<Asked> pending = new ArrayDeque<>();
      int finished = 0;
      // Two batches under way: while one is generated, the next one's images are decoded.
      int window = (int) Math.min(inputs.size(), 2L * model.batchSize());
      for (Path file : inputs) {
        if (spec.commandLine().getOut().checkError()) {
          // The reader of the output, such as head, has ended.
          break;
        }
        pending.add(
            parts.isEmpty() ? requests.about(file) : requests.about(parts, context.images()));
        while (pending.size() >= window || (!pending.isEmpty() && isDone(pending.getFirst()))) {
          finish(kosmos2, pending.remove(), progress);
          progress.update(++finished, inputs.size(), finished + " of " + inputs.size());
        }
      }
      while (!pending.isEmpty()) {
        finish(kosmos2, pending.remove(), progress);
        progress.update(++finished, inputs.size(), finished + " of " + inputs.size());
      }
      progress.end();
    }
    return failures == 0 ? ExitCodes.OK : ExitCodes.FAILED;
  }

  /**
   * Returns how many slots are of use. Each beam takes one; long answers take the place of several
   * ordinary ones, which matters to a search that must have all its beams at once.
   *
   * @param images the number of images in a prompt, those of demonstrations included
   */
  private static int slots(int inputs, int images, GenerationOptions options) {
    long each = 1;
    if (options.beams() > 1) {
      long tokens = options.maxNewTokens() + IMAGE_TOKENS * images;
      each = options.beams() * (2 + tokens / ORDINARY_TOKENS);
    }
    return (int) Math.min(Integer.MAX_VALUE, inputs * each);
  }

  private static boolean isDone(Asked asked) {
    return asked.result().isDone();
  }

  private GenerationOptions checkUsage() {
    GenerationOptions options;
    try {
      options = decoding.options(constraint.constraint());
      options.check();
    } catch (GroundingException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
    if (files.isEmpty() && context.images().isEmpty() && task.needsImage()) {
      throw wrongUsage("Missing IMAGE: the task " + task.id() + " needs at least one image");
    }
    if (model.batchSize() < 1) {
      throw wrongUsage("--batch-size: " + model.batchSize() + " (expected: >= 1)");
    }
    checkScoring();
    return options;
  }

  private void checkScoring() {
    int candidates = scoring.candidates().size();
    if (candidates == 0) {
      if (task == Task.SCORE) {
        throw wrongUsage("--score: none (expected: at least one, the task score compares them)");
      }
      if (scoring.table() || spec.commandLine().getParseResult().hasMatchedOption("--ranking")) {
        throw wrongUsage("--table and --ranking go with --score (expected: --score TEXT)");
      }
      return;
    }
    if (candidates > Candidates.MAX) {
      throw wrongUsage(
          "--score: %d texts (expected: at most %d)".formatted(candidates, Candidates.MAX));
    }
    List<OptionSpec> useless = new ArrayList<>(List.of(spec.findOption("--render")));
    spec.mixins()
        .forEach(
            (name, mixin) -> {
              if (name.equals("decoding") || name.equals("constraint")) {
                useless.addAll(mixin.options());
              }
            });
    for (OptionSpec option : useless) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option.longestName())) {
        throw wrongUsage(
            option.longestName()
                + " does not go with --score, which generates nothing (expected: one of them)");
      }
    }
  }

  /** Checks images and demonstrations, and returns the parts of a prompt with several images. */
  private List<PromptMarkers.Part> checkImages() {
    List<Path> images = context.images();
    int demonstrations = context.demonstrated().size();
    if (demonstrations >= PromptBuilder.MAX_IMAGES) {
      throw wrongUsage(
          "--demonstration: %d (expected: at most %d, a prompt has at most %d images)"
              .formatted(demonstrations, PromptBuilder.MAX_IMAGES - 1, PromptBuilder.MAX_IMAGES));
    }
    if (demonstrations > 0 && files.isEmpty()) {
      throw wrongUsage("Missing IMAGE: demonstrations are for another image, without --image");
    }
    String text = request.text() == null ? "" : request.text();
    if (images.isEmpty()) {
      if (!task.needsImage() && PromptMarkers.isIn(text)) {
        throw wrongUsage(
            "--text: <image:N> is the place of an --image (expected: --image FILE for each)");
      }
      return List.of();
    }
    if (task.needsImage() || !files.isEmpty() || !request.regions().isEmpty()) {
      throw wrongUsage(
          "--image goes with the tasks prompt and score, without IMAGE and --region (expected:"
              + " --task prompt --text TEXT)");
    }
    List<PromptMarkers.Part> parts;
    try {
      parts = PromptMarkers.parts(text, images.size());
    } catch (IllegalArgumentException e) {
      throw wrongUsage("--text: " + e.getMessage());
    }
    long places = parts.stream().filter(part -> part.image() > 0).count();
    if (places > PromptBuilder.MAX_IMAGES) {
      throw wrongUsage(
          "--image: %d images in the prompt (expected: at most %d)"
              .formatted(places, PromptBuilder.MAX_IMAGES));
    }
    return parts;
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void finish(Kosmos2 kosmos2, Asked asked, ProgressLine progress)
      throws CommandException, InterruptedException {
    String line;
    try {
      Result result = asked.result().get();
      progress.end();
      if (result instanceof Result.Answered answered) {
        line = AnswerJson.answer(asked, task, answered.answer());
        render(asked, answered.answer());
      } else {
        Result.Scored scored = (Result.Scored) result;
        if (scoring.table()) {
          printTable(kosmos2, asked, scored);
          return;
        }
        line = AnswerJson.scores(asked, task, scored, scoring.ranking(), kosmos2::tokenTexts);
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroundingException failure)) {
        throw new CommandException("The model has failed: " + e.getCause(), e);
      }
      failures++;
      line =
          AnswerJson.error(
              asked.name(), failure.errorCode().code(), String.valueOf(failure.getMessage()));
    }
    progress.end();
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private void printTable(Kosmos2 kosmos2, Asked asked, Result.Scored scored) {
    spec.commandLine().getOut().flush();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    ScoreTable.print(
        asked.name(),
        scored.prompt().text(),
        scored.scores(),
        scoring.ranking(),
        kosmos2::tokenTexts,
        out);
    out.flush();
  }

  private void render(Asked asked, GroundedAnswer answer) throws CommandException {
    if (rendered == null) {
      return;
    }
    int index = asked.demonstrated().size();
    for (InferRequests.Image image : asked.images()) {
      if (image.bytes() != null) {
        rendered.write(image.name(), image.bytes(), answer, index);
      }
      index++;
    }
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
