package io.groundstream.evaluation.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.evaluation.benchmark.Benchmark;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.evaluation.dataset.DatasetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The predictions of a run as JSON lines: first the settings, then one line for each query, in
 * order. A run that was interrupted continues after the last whole line. Not thread-safe.
 */
public final class PredictionFile implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** Settings that may differ between two runs of the same file. */
  private static final String INFORMATION = "information";

  /** In the name of a split that {@link Benchmark#partOf} returned. */
  private static final Pattern FIRST_QUESTIONS = Pattern.compile(", first (\\d+)$");

  /** The bytes that every file of predictions begins with. */
  private static final byte[] BEGINNING = "{\"settings\":{".getBytes(StandardCharsets.UTF_8);

  private final Path path;
  private final FileChannel channel;
  private final int finished;

  /**
   * A file's content.
   *
   * @param settings the first line
   * @param predictions the others, without a last one that is not whole
   * @param bytes the length of all whole lines
   */
  public record Content(Map<String, String> settings, List<Prediction> predictions, long bytes) {
    public Content {
      predictions = List.copyOf(predictions);
    }
  }

  private PredictionFile(Path path, FileChannel channel, int finished) {
    this.path = path;
    this.channel = channel;
    this.finished = finished;
  }

  /**
   * Opens a file for a run: creates it, or continues it after its last whole line. Until it is
   * closed no other process can open it for a run.
   *
   * @throws DatasetException if the file is of a run with other settings, names which; if it is not
   *     a file of predictions; if another run writes it; or if it cannot be written
   */
  public static PredictionFile open(Path path, Map<String, String> settings, Benchmark benchmark)
      throws DatasetException {
    FileChannel channel = null;
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      lock(path, channel);
      PredictionFile file = resume(path, channel, settings, benchmark);
      channel = null;
      return file;
    } catch (IOException e) {
      throw new DatasetException(path + ": cannot be written: " + e, e);
    } finally {
      closeQuietly(channel);
    }
  }

  /** Locks the file as long as the channel is open. */
  private static void lock(Path path, FileChannel channel) throws IOException, DatasetException {
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false;
    }
    if (!locked) {
      throw new DatasetException(
          path + ": another run writes it (expected: one run at a time, or another file)");
    }
  }

  private static PredictionFile resume(
      Path path, FileChannel channel, Map<String, String> settings, Benchmark benchmark)
      throws IOException, DatasetException {
    // Through this channel, as closing another one of the file would give up the lock.
    byte[] bytes = Channels.newInputStream(channel).readAllBytes();
    Content content = parse(path, bytes);
    if (content.bytes() > 0) {
      checkSame(path, content.settings(), settings);
      checkOrder(path, content.predictions(), benchmark.queries());
    } else {
      checkBegun(path, bytes);
    }
    channel.truncate(content.bytes());
    channel.position(content.bytes());
    PredictionFile file = new PredictionFile(path, channel, content.predictions().size());
    if (content.bytes() == 0) {
      ObjectNode line = JSON.createObjectNode();
      ObjectNode values = line.putObject("settings");
      settings.forEach(values::put);
      file.writeLine(line);
    }
    return file;
  }

  /** Checks that a file without any whole line is the beginning of ours, so nothing is lost. */
  private static void checkBegun(Path path, byte[] bytes) throws DatasetException {
    int length = Math.min(bytes.length, BEGINNING.length);
    if (!Arrays.equals(bytes, 0, length, BEGINNING, 0, length)) {
      throw notOurs(path, 1, "the settings of a run, or no such file yet");
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException ignored) {
        // Nothing was written, and the caller learns of the first failure.
      }
    }
  }

  /**
   * Reads a file.
   *
   * @throws DatasetException if a whole line is not what this class writes
   */
  public static Content read(Path path) throws DatasetException {
    try {
      return parse(path, Files.readAllBytes(path));
    } catch (IOException e) {
      throw new DatasetException(path + ": cannot be read: " + e, e);
    }
  }

  private static Content parse(Path path, byte[] bytes) throws DatasetException {
    Map<String, String> settings = new LinkedHashMap<>();
    List<Prediction> predictions = new ArrayList<>();
    int start = 0;
    int number = 0;
    for (int index = 0; index < bytes.length; index++) {
      if (bytes[index] == '\n') {
        String line = new String(bytes, start, index - start, StandardCharsets.UTF_8);
        JsonNode node = parse(path, ++number, line);
        if (number == 1) {
          node.path("settings")
              .properties()
              .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
          if (settings.isEmpty()) {
            throw notOurs(path, number, "the settings of a run");
          }
        } else {
          predictions.add(prediction(path, number, node));
        }
        start = index + 1;
      }
    }
    return new Content(settings, predictions, start);
  }

  /**
   * Checks that predictions are those of a benchmark, all of them.
   *
   * @throws DatasetException if the dataset has changed, or some predictions are missing
   */
  public static void checkComplete(Path path, Content content, Benchmark benchmark)
      throws DatasetException {
    String hash = String.valueOf(content.settings().get("dataset_sha256"));
    if (!hash.equals(benchmark.hash())) {
      throw new DatasetException(
          path
              + ": made of a dataset with hash "
              + hash
              + " (expected: that of the given files and options, "
              + benchmark.hash()
              + limit(content, benchmark)
              + ")");
    }
    checkOrder(path, content.predictions(), benchmark.queries());
    int missing = benchmark.queries().size() - content.predictions().size();
    if (missing > 0) {
      throw new DatasetException(
          path
              + ": "
              + missing
              + " of "
              + benchmark.queries().size()
              + " predictions are missing (expected: all; continue the run with --predictions "
              + path
              + ")");
    }
  }

  /** Returns which --limit makes the dataset that of a file, or an empty text. */
  private static String limit(Content content, Benchmark benchmark) {
    String split = content.settings().getOrDefault("split", "");
    Matcher part = FIRST_QUESTIONS.matcher(split);
    return part.find() && !split.equals(benchmark.split())
        ? "; the file was made with --limit " + part.group(1)
        : "";
  }

  /** Returns how many queries were answered before this run. */
  public int finished() {
    return finished;
  }

  /** Appends the prediction of the next query; it is in the file when this returns. */
  public void append(Query query, Prediction prediction) throws DatasetException {
    ObjectNode line = JSON.createObjectNode();
    line.put("id", prediction.id());
    line.put("image", query.image());
    line.put("text", prediction.text());
    line.put("answer", prediction.answer());
    line.put("finish_reason", prediction.finishReason());
    if (!prediction.logProbabilities().isEmpty()) {
      ArrayNode candidates = line.putArray("log_probabilities");
      for (List<Double> tokens : prediction.logProbabilities()) {
        ArrayNode ofOne = candidates.addArray();
        tokens.forEach(ofOne::add);
      }
    }
    if (prediction.error() != null) {
      line.put("error", prediction.error());
    }
    try {
      writeLine(line);
    } catch (IOException e) {
      throw new DatasetException(path + ": cannot be written: " + e, e);
    }
  }

  @Override
  public void close() throws DatasetException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new DatasetException(path + ": cannot be written: " + e, e);
    }
  }

  private void writeLine(ObjectNode line) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void checkSame(Path path, Map<String, String> before, Map<String, String> now)
      throws DatasetException {
    for (Map.Entry<String, String> setting : now.entrySet()) {
      @Nullable String old = before.get(setting.getKey());
      if (!setting.getKey().startsWith(INFORMATION) && !setting.getValue().equals(old)) {
        throw new DatasetException(
            path
                + ": made with "
                + setting.getKey()
                + " "
                + old
                + " (expected: "
                + setting.getValue()
                + ", as in this run; use another file)");
      }
    }
  }

  private static void checkOrder(Path path, List<Prediction> predictions, List<Query> queries)
      throws DatasetException {
    if (predictions.size() > queries.size()) {
      throw new DatasetException(
          path
              + ": "
              + predictions.size()
              + " predictions (expected: at most "
              + queries.size()
              + ")");
    }
    for (int index = 0; index < predictions.size(); index++) {
      if (!predictions.get(index).id().equals(queries.get(index).id())) {
        throw new DatasetException(
            path
                + ": line "
                + (index + 2)
                + " is the prediction of "
                + predictions.get(index).id()
                + " (expected: of "
                + queries.get(index).id()
                + ", the dataset's)");
      }
    }
  }

  private static Prediction prediction(Path path, int number, JsonNode node)
      throws DatasetException {
    if (!node.path("id").isTextual() || !node.path("text").isTextual()) {
      throw notOurs(path, number, "a prediction with id and text");
    }
    return new Prediction(
        node.path("id").asText(),
        node.path("text").asText(),
        node.path("answer").asText(""),
        node.path("finish_reason").asText(""),
        logProbabilities(path, number, node.path("log_probabilities")),
        node.path("error").isTextual() ? node.path("error").asText() : null);
  }

  private static List<List<Double>> logProbabilities(Path path, int number, JsonNode list)
      throws DatasetException {
    List<List<Double>> candidates = new ArrayList<>();
    for (JsonNode tokens : list) {
      List<Double> ofOne = new ArrayList<>();
      for (JsonNode token : tokens) {
        if (!token.isNumber()) {
          throw notOurs(path, number, "numbers in log_probabilities");
        }
        ofOne.add(token.doubleValue());
      }
      if (ofOne.isEmpty()) {
        throw notOurs(path, number, "lists of numbers in log_probabilities");
      }
      candidates.add(ofOne);
    }
    return candidates;
  }

  private static JsonNode parse(Path path, int number, String line) throws DatasetException {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new DatasetException(
          path + ": line " + number + ": not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static DatasetException notOurs(Path path, int number, String expected) {
    return new DatasetException(path + ": line " + number + " (expected: " + expected + ")");
  }
}
