package io.groundstream.console.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.EngineLevel;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.program.CpuFeatures;
import io.groundstream.kosmos2.program.DeviceProbe;
import io.groundstream.kosmos2.program.Precision;

/** A measurement as the JSON object that scripts read. */
public final class BenchJson {
  private static final JsonMapper JSON = new JsonMapper();
  private static final double MILLIS = 1000;

  private BenchJson() {}

  /** Returns an empty object, to which the caller adds the options. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Adds the processor and the JVM. */
  public static void addMachine(ObjectNode json) {
    CpuFeatures cpu = CpuFeatures.current();
    ObjectNode node = json.putObject("cpu");
    if (!cpu.model().isEmpty()) {
      node.put("model", cpu.model());
    }
    node.put("processors", Runtime.getRuntime().availableProcessors());
    ArrayNode sets = node.putArray("instruction_sets");
    cpu.instructionSets().forEach(sets::add);
    json.put("jdk", jdk());
  }

  private static String jdk() {
    return System.getProperty("java.vendor") + " " + Runtime.version();
  }

  /** Adds the measurements. */
  public static void addResult(ObjectNode json, Measurement.Result result) {
    EngineStatistics.Snapshot engine = result.engine();
    int answered = result.latencySeconds().length;
    json.put("images", answered);
    json.put("failed", result.failed());
    json.put("seconds", rounded(result.seconds()));
    json.put("images_per_second", rounded(answered / result.seconds()));
    json.put("tokens_per_second", rounded(engine.get(EngineCounter.NEW_TOKENS) / result.seconds()));
    json.put(
        "new_tokens_mean",
        rounded((double) engine.get(EngineCounter.NEW_TOKENS) / Math.max(1, answered)));
    json.put("cpu_seconds", rounded(result.cpuSeconds()));
    ObjectNode latency = json.putObject("latency_ms");
    latency.put("p50", rounded(result.latency(0.5) * MILLIS));
    latency.put("p90", rounded(result.latency(0.9) * MILLIS));
    latency.put("p99", rounded(result.latency(0.99) * MILLIS));
    latency.put("max", rounded(result.latency(1) * MILLIS));
    json.put(
        "queue_wait_ms_mean",
        rounded(
            engine.get(EngineCounter.WAIT_NANOS)
                / 1e6
                / Math.max(1, engine.get(EngineCounter.ADMITTED))));
    json.put("slots", engine.get(EngineLevel.SLOTS));
    json.put("occupancy", rounded(engine.occupancy()));
    json.put("decode_steps", engine.get(EngineCounter.DECODE_STEPS));
    json.put("encoded", engine.get(EngineCounter.ENCODED_IMAGES));
    json.put("encodings_reused", engine.get(EngineCounter.REUSED_ENCODINGS));
    json.put("retries", engine.get(EngineCounter.RETRIES));
    json.put("splits", engine.get(EngineCounter.SPLITS));
    addTimeSplit(json, result);
  }

  private static void addTimeSplit(ObjectNode json, Measurement.Result result) {
    EngineStatistics.Snapshot engine = result.engine();
    double encode = engine.get(EngineCounter.ENCODE_NANOS) / 1e9;
    double prefill = engine.get(EngineCounter.PREFILL_NANOS) / 1e9;
    double decode = engine.get(EngineCounter.DECODE_NANOS) / 1e9;
    double cache = engine.get(EngineCounter.CACHE_NANOS) / 1e9;
    double idle = engine.get(EngineCounter.IDLE_NANOS) / 1e9;
    double busy = Math.max(0, engine.elapsedNanos() / 1e9 - idle);
    double scheduling = Math.max(0, busy - encode - prefill - decode - cache);
    ObjectNode split = json.putObject("time_split_seconds");
    split.put("encode", rounded(encode));
    split.put("prefill", rounded(prefill));
    split.put("decode", rounded(decode));
    split.put("cache", rounded(cache));
    split.put("scheduling", rounded(scheduling));
    split.put("idle", rounded(idle));
    split.put("preparing_pictures_beside", rounded(result.preparationSeconds()));
    split.put("tokenising_and_parsing_beside", rounded(result.textSeconds()));
    // Work outside the model: on the engine's thread, and on threads that share its processors.
    json.put("not_the_model_share", rounded((scheduling + result.textSeconds()) / busy));
  }

  /**
   * Adds the machine's limit and the share of it that was reached.
   *
   * @param precision the format of the network's matrices, in which the arithmetic was measured
   */
  public static void addFloor(
      ObjectNode json,
      Measurement.Result result,
      Precision precision,
      DeviceProbe device,
      boolean given,
      Floor floor) {
    ObjectNode node = json.putObject("floor");
    node.put("source", given ? "given" : "measured");
    node.put("dtype", precision.id());
    node.put("gflops_per_second", rounded(device.flopsPerSecond() / 1e9));
    node.put("gigabytes_per_second", rounded(device.bytesPerSecond() / 1e9));
    node.put("arithmetic_seconds_per_image", rounded(floor.arithmeticSeconds()));
    node.put("bandwidth_seconds_per_image", rounded(floor.bandwidthSeconds()));
    node.put("seconds_per_image", rounded(floor.seconds()));
    node.put("images_per_second", rounded(1 / floor.seconds()));
    double reached = result.latencySeconds().length / result.seconds() * floor.seconds();
    json.put("share_of_floor", rounded(reached));
  }

  static double rounded(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return 0;
    }
    double unit = Math.pow(10, Math.floor(Math.log10(Math.abs(value))) - 4);
    double units = Math.rint(value / unit);
    // A quotient of whole numbers, so that no digits of rounding noise are printed.
    return unit < 1 ? units / Math.rint(1 / unit) : units * unit;
  }
}
