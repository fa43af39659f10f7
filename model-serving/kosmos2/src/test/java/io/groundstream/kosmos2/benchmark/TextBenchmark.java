package io.groundstream.kosmos2.benchmark;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.GroundedTextParser;
import io.groundstream.kosmos2.text.Kosmos2Tokenizer;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures building prompts and parsing answers with the demo checkpoint's tokenizer, on one
 * thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TextBenchmark {
  private static final String TEXT =
      "<grounding> An image of<phrase> a snowman</phrase><object><patch_index_0044>"
          + "<patch_index_0863></object> warming himself by<phrase> a fire</phrase><object>"
          + "<patch_index_0005><patch_index_0911></object>.";

  private @Nullable Loaded loaded;

  private record Loaded(
      Kosmos2Tokenizer tokenizer,
      PromptBuilder prompts,
      GroundedTextParser parser,
      Prompt prompt,
      int[] ids,
      float[] probabilities) {}

  /** Loads the tokenizer. */
  @Setup
  public void load() throws CheckpointException, GroundingException {
    Checkpoint checkpoint = Checkpoint.open(Path.of("../demo-checkpoint"));
    Kosmos2Tokenizer tokenizer =
        Kosmos2Tokenizer.open(checkpoint.tokenizerFile(), checkpoint.config());
    PromptBuilder prompts = new PromptBuilder(tokenizer, 64);
    Prompt prompt = prompts.build(Task.GROUNDED_CAPTION, null, List.of(), true);
    // <phrase> a tulip</phrase><object><patch_index_0229><patch_index_0523></object>.</s>
    int[] ids = {171, 4, 50, 172, 173, 406, 700, 174, 5, 2};
    float[] probabilities = new float[ids.length];
    Arrays.fill(probabilities, 0.5f);
    loaded =
        new Loaded(
            tokenizer, prompts, new GroundedTextParser(tokenizer), prompt, ids, probabilities);
  }

  /** Frees the tokenizer. */
  @TearDown
  public void close() {
    state().tokenizer().close();
  }

  @Benchmark
  public Prompt tokenise() throws GroundingException {
    return state().prompts().build(Task.PROMPT, "<grounding> An image of", List.of(), true);
  }

  @Benchmark
  public GroundedText readAnswer() {
    Loaded state = state();
    return state.parser().parse(state.prompt(), state.ids(), state.probabilities());
  }

  @Benchmark
  public GroundedText parseText() {
    return GroundedTextParser.parseText(TEXT);
  }

  private Loaded state() {
    return Objects.requireNonNull(loaded);
  }
}
