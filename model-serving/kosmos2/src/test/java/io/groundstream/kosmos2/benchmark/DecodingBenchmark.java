package io.groundstream.kosmos2.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.TextConfig;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.SpanGrammar;
import io.groundstream.kosmos2.decoding.TokenView;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Demonstration;
import io.groundstream.kosmos2.text.Kosmos2Tokenizer;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Compares ways of asking one model, which take turns in one process: demonstrations with and
 * without a shared prefix, scores and answers, beams and greedy decoding, constraints and none.
 * Prints milliseconds, and the ratio of each to the first of its group within the same turn, as
 * medians with the quartiles in brackets. Every image is new, so that it is encoded.
 *
 * <p>With {@code -Dthreads=1} the model computes on one thread of a CPU, and times are CPU time of
 * the process, which other processes hardly change. Otherwise they are elapsed time.
 *
 * <pre>{@code
 * java … io.groundstream.kosmos2.benchmark.DecodingBenchmark CHECKPOINT [TURNS [ROWS…]]
 * }</pre>
 */
public final class DecodingBenchmark {
  private static final int SIDE = 224;
  private static final int SHOTS = 4;
  private static final int BEAMS = 5;

  /** As many as a referring expression has. */
  private static final int SHORT_ANSWER = 16;

  private static final int LONG_ANSWER = 33;
  private static final int STEPS = 500;

  private static final List<String> CANDIDATES =
      List.of("a ball on the left.", "a tulip.", "a penguin and a dog.", "a mushroom below it.");

  private final Kosmos2 model;
  private final int turns;
  private final LongSupplier clock;
  private final List<Demonstration> demonstrations = new ArrayList<>();
  private long images;

  /** A way of asking; returns its duration in nanoseconds. */
  @FunctionalInterface
  private interface Way {
    double nanos() throws Exception;
  }

  private DecodingBenchmark(Kosmos2 model, int turns, LongSupplier clock) {
    this.model = model;
    this.turns = turns;
    this.clock = clock;
    for (int shot = 0; shot < SHOTS; shot++) {
      demonstrations.add(
          new Demonstration(
              image(),
              "<grounding><phrase> It</phrase><object></object> is a ball on the left of a tulip.",
              List.of(new Box(0.1 * shot, 0.1, 0.9, 0.5))));
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path checkpoint = Path.of(arguments[0]);
    int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
    int[] rows =
        arguments.length > 2
            ? Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray()
            : new int[] {1, 8};
    int threads = Integer.getInteger("threads", Runtime.getRuntime().availableProcessors());
    LongSupplier clock = System::nanoTime;
    if (threads == 1
        && ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      clock = system::getProcessCpuTime;
    }
    Kosmos2Options options =
        Kosmos2Options.builder(checkpoint)
            .optDevice(DeviceSpec.parse(System.getProperty("device", "cpu")))
            .optPrecision(Precision.parse(System.getProperty("dtype", "auto")))
            .optMaxBatchSize(BEAMS * Arrays.stream(rows).max().orElse(1))
            .optThreads(threads)
            .build();
    try (Kosmos2 model = Kosmos2.load(options, LoadProgress.NONE)) {
      System.out.printf(
          "%s, %s, %s, %d threads, %d turns%n",
          checkpoint, model.device(), model.precision(), threads, turns);
      for (int count : rows) {
        System.out.printf("%n%d requests at once%n", count);
        new DecodingBenchmark(model, turns, clock).run(count);
      }
    }
    printGrammar(checkpoint, turns, clock);
  }

  /** Prints what the grammar of spans costs in a step, for one row. */
  private static void printGrammar(Path checkpoint, int turns, LongSupplier clock)
      throws Exception {
    Checkpoint opened = Checkpoint.open(checkpoint);
    TextConfig config = opened.config().text();
    try (Kosmos2Tokenizer tokenizer =
        Kosmos2Tokenizer.open(opened.tokenizerFile(), opened.config())) {
      Prompt prompt =
          new PromptBuilder(tokenizer, opened.config().latentQueryCount())
              .build(Task.GROUNDED_CAPTION, null, List.of(), true);
      SpanGrammar grammar =
          new SpanGrammar(
              tokenizer.spanTokens(),
              config.eosTokenId(),
              LONG_ANSWER,
              new Constraint.WellFormed(Constraint.WellFormed.ANY_NUMBER, true));
      int length = prompt.ids().length;
      TokenView tokens =
          new TokenView(Arrays.copyOf(prompt.ids(), length + LONG_ANSWER), length, length);
      double[] nanos = new double[turns];
      for (int turn = -1; turn < turns; turn++) {
        long begin = clock.getAsLong();
        for (int step = 0; step < STEPS; step++) {
          grammar.process(new float[config.vocabSize()], tokens);
        }
        nanos[Math.max(0, turn)] = (clock.getAsLong() - begin) / (double) STEPS;
      }
      System.out.printf(
          "%nthe grammar alone, %d tokens in the vocabulary: %s ms a step%n",
          config.vocabSize(), spread(nanos, 1e6, "%.3f"));
    }
  }

  private void run(int rows) throws Exception {
    Map<String, Way> shots = new LinkedHashMap<>();
    shots.put("4 demonstrations, shared", () -> time(answers(rows, referring(true))));
    shots.put("4 demonstrations, not shared", () -> time(answers(rows, referring(false))));
    compare(shots);

    Map<String, Way> scores = new LinkedHashMap<>();
    GenerationOptions sixteen = new GenerationOptions(SHORT_ANSWER, 0);
    scores.put("answer of 16 tokens", () -> time(answers(rows, plain(sixteen))));
    scores.put("4 candidates scored", () -> time(scores(rows, plain(sixteen))));
    compare(scores);

    GenerationOptions greedy = new GenerationOptions(LONG_ANSWER, 0);
    Map<String, Way> beams = new LinkedHashMap<>();
    beams.put("greedy, decoding 32 tokens", () -> decoding(rows, greedy));
    beams.put("5 beams", () -> decoding(rows, greedy.toBuilder().optBeams(BEAMS).build()));
    compare(beams);

    Map<String, Way> grammar = new LinkedHashMap<>();
    // This rule changes nothing, but the host chooses the tokens, as it does for a grammar.
    GenerationOptions host = greedy.toBuilder().optMinNewTokens(1).build();
    grammar.put("greedy, chosen by the host", () -> decoding(rows, host));
    grammar.put("greedy, chosen by the device", () -> decoding(rows, greedy));
    grammar.put("well-formed", () -> decoding(rows, constrained(false)));
    grammar.put("boxes", () -> decoding(rows, constrained(true)));
    compare(grammar);
  }

  private static GenerationOptions constrained(boolean required) {
    return new GenerationOptions(LONG_ANSWER, 0)
        .toBuilder()
            .optConstraint(new Constraint.WellFormed(Constraint.WellFormed.ANY_NUMBER, required))
            .build();
  }

  private void compare(Map<String, Way> ways) throws Exception {
    List<String> names = List.copyOf(ways.keySet());
    List<Way> inOrder = List.copyOf(ways.values());
    double[][] nanos = new double[names.size()][turns];
    for (Way way : inOrder) {
      // Warms up, and reads a prefix that is shared.
      double unused = way.nanos();
    }
    for (int turn = 0; turn < turns; turn++) {
      for (int place = 0; place < names.size(); place++) {
        int way = turn % 2 == 0 ? place : names.size() - 1 - place;
        nanos[way][turn] = inOrder.get(way).nanos();
      }
    }
    for (int way = 0; way < names.size(); way++) {
      double[] ratios = new double[turns];
      for (int turn = 0; turn < turns; turn++) {
        ratios[turn] = nanos[way][turn] / nanos[0][turn];
      }
      System.out.printf(
          "%-32s %s ms, ratio %s%n",
          names.get(way), spread(nanos[way], 1e6, "%.1f"), spread(ratios, 1, "%.2f"));
    }
  }

  /** Returns the median and, in brackets, the quartiles. */
  private static String spread(double[] values, double unit, String format) {
    double[] sorted = Arrays.stream(values).map(value -> value / unit).sorted().toArray();
    int last = sorted.length - 1;
    return (format + " [" + format + ", " + format + "]")
        .formatted(sorted[last / 2], sorted[last / 4], sorted[last - last / 4]);
  }

  /** Makes a request about a new image. */
  @FunctionalInterface
  private interface Asking {
    GroundingRequest request();
  }

  private Asking referring(boolean shared) {
    List<Region> region = List.of(new Region(new Box(0.2, 0.2, 0.7, 0.7), null));
    return () ->
        new GroundingRequest(
                Task.REFERRING_EXPRESSION,
                null,
                region,
                image(),
                new GenerationOptions(SHORT_ANSWER, 0))
            .withDemonstrations(new Demonstrations(demonstrations, shared));
  }

  private Asking plain(GenerationOptions options) {
    return () -> new GroundingRequest(Task.GROUNDED_CAPTION, null, List.of(), image(), options);
  }

  /** Asks, and waits for the answers. */
  private Way answers(int rows, Asking asking) {
    return () -> {
      List<CompletableFuture<GroundedAnswer>> pending = new ArrayList<>();
      for (GroundingRequest request : requests(rows, asking)) {
        pending.add(model.ground(request));
      }
      for (CompletableFuture<GroundedAnswer> answer : pending) {
        int length = answer.get().generatedIds().length;
        if (length != answer.get().options().maxNewTokens()) {
          throw new IllegalStateException("an answer of " + length + " tokens: not comparable");
        }
      }
      return 0;
    };
  }

  private Way scores(int rows, Asking asking) {
    return () -> {
      List<CompletableFuture<?>> pending = new ArrayList<>();
      for (GroundingRequest request : requests(rows, asking)) {
        pending.add(model.score(request, CANDIDATES, ""));
      }
      for (CompletableFuture<?> answer : pending) {
        Object unused = answer.get();
      }
      return 0;
    };
  }

  private double time(Way way) throws Exception {
    long begin = clock.getAsLong();
    double unused = way.nanos();
    return clock.getAsLong() - begin;
  }

  /** Returns the time of all tokens but the first, with which prefill ends. */
  private double decoding(int rows, GenerationOptions options) throws Exception {
    return time(answers(rows, plain(options)))
        - time(answers(rows, plain(new GenerationOptions(1, 0))));
  }

  private static List<GroundingRequest> requests(int rows, Asking asking) {
    return IntStream.range(0, rows).mapToObj(row -> asking.request()).toList();
  }

  private PreparedImage image() {
    byte[] levels = new byte[3 * SIDE * SIDE];
    new Random(images++).nextBytes(levels);
    return new PreparedImage(SIDE, SIDE, levels, 0);
  }
}
