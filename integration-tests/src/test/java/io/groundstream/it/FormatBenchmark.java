package io.groundstream.it;

import com.google.protobuf.CodedOutputStream;
import com.sun.management.OperatingSystemMXBean;
import io.groundstream.avro.ImageEvent;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SchemaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.admin.Admin;

/**
 * Measures how many events a second the enrichment job takes in each format, with a model that
 * answers at once and does not decode: broker, registry and job in this process and its children,
 * parallelism 1, at least once. Prints, for several rounds, the events per second from the first
 * results to the last, and the median of the processor time of an event, broker and reader
 * included, which other programs on the machine change less.
 *
 * <pre>{@code
 * java … io.groundstream.it.FormatBenchmark [EVENTS [BYTES_EACH [ROUNDS [KINDS]]]]
 * }</pre>
 *
 * <p>KINDS is a regular expression for the names of the lines, such as {@code avro.*|image}.
 */
final class FormatBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Makes the record of an event. */
  @FunctionalInterface
  private interface Publisher {
    void publish(JobTopics topics, String id, byte[] image, Path file) throws IOException;
  }

  /**
   * One line of the table.
   *
   * @param format the value of {@code events.format}
   */
  private record Kind(String name, String format, Publisher publisher) {}

  private static final SchemaText PROTOBUF =
      new SchemaText(
          SchemaType.PROTOBUF,
          "syntax = \"proto3\"; message Event { string event_id = 1; bytes image_bytes = 2; }");

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "avro, bytes",
              "avro",
              (topics, id, image, file) ->
                  topics.publish(
                      ImageEvent.newBuilder()
                          .setEventId(id)
                          .setImageBytes(ByteBuffer.wrap(image))
                          .build())),
          new Kind("image", "image", (topics, id, image, file) -> topics.publish(id, image)),
          new Kind(
              "json, base64",
              "json",
              (topics, id, image, file) ->
                  topics.publish(
                      id, utf8("{\"id\":\"" + id + "\",\"image\":\"" + base64(image) + "\"}"))),
          new Kind(
              "json-schema, base64",
              "json-schema",
              (topics, id, image, file) ->
                  topics.publish(
                      id,
                      // Its schema is not looked up.
                      wire("{\"id\":\"" + id + "\",\"image\":\"" + base64(image) + "\"}"))),
          new Kind(
              "protobuf, bytes",
              "protobuf",
              (topics, id, image, file) -> {
                byte[] text = utf8(id);
                ByteArrayOutputStream value = new ByteArrayOutputStream();
                CodedOutputStream out = CodedOutputStream.newInstance(value);
                out.writeRawByte(0);
                out.writeRawBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(topics.register(PROTOBUF)).array());
                out.writeRawByte(0);
                out.writeByteArray(1, text);
                out.writeByteArray(2, image);
                out.flush();
                topics.publish(id, value.toByteArray());
              }),
          new Kind(
              "cloudevents, binary",
              "cloudevents",
              (topics, id, image, file) ->
                  topics.publish(
                      id,
                      image,
                      "ce_specversion",
                      "1.0",
                      "ce_type",
                      "t",
                      "ce_source",
                      "/s",
                      "ce_id",
                      id,
                      "content-type",
                      "image/jpeg")),
          new Kind(
              "cloudevents, structured",
              "cloudevents",
              (topics, id, image, file) ->
                  topics.publish(
                      id,
                      utf8(
                          "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\""
                              + id
                              + "\",\"datacontenttype\":\"image/jpeg\",\"data_base64\":\""
                              + base64(image)
                              + "\"}"),
                      "content-type",
                      "application/cloudevents+json")),
          new Kind(
              "avro, URI",
              "avro",
              (topics, id, image, file) ->
                  topics.publish(
                      ImageEvent.newBuilder()
                          .setEventId(id)
                          .setImageUri(file.toUri().toString())
                          .build())),
          new Kind(
              "json, URI",
              "json",
              (topics, id, image, file) ->
                  topics.publish(
                      id, utf8("{\"id\":\"" + id + "\",\"url\":\"" + file.toUri() + "\"}"))),
          new Kind(
              "json-schema, URI",
              "json-schema",
              (topics, id, image, file) ->
                  topics.publish(
                      id, wire("{\"id\":\"" + id + "\",\"url\":\"" + file.toUri() + "\"}"))));

  private FormatBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3000;
    int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 48_000;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    String kinds = arguments.length > 3 ? arguments[3] : ".*";
    Path directory = Files.createTempDirectory("format-benchmark");
    try (TestBroker kafka = TestBroker.start(directory.resolve("kafka"));
        TestRegistry registry = TestRegistry.start(directory.resolve("registry"));
        LocalFlink flink = LocalFlink.start(directory.resolve("flink"), 1, 0)) {
      Path images = Files.createDirectories(directory.resolve("images"));
      for (int number = 0; number < events; number++) {
        Files.write(images.resolve(Integer.toString(number)), image(number, bytes));
      }
      Map<String, List<Measured>> table = new LinkedHashMap<>();
      // The first round warms up the JVM.
      for (int round = 0; round <= rounds; round++) {
        for (Kind kind : KINDS.stream().filter(one -> one.name().matches(kinds)).toList()) {
          String prefix = kind.name().replaceAll("[^a-z]+", "-") + "-" + round;
          try (JobTopics topics =
              JobTopics.create(prefix, kafka.bootstrapServers(), registry.url())) {
            for (int number = 0; number < events; number++) {
              kind.publisher()
                  .publish(
                      topics,
                      Integer.toString(number),
                      image(number, bytes),
                      images.resolve(Integer.toString(number)));
            }
            Map<String, String> values = new HashMap<>(topics.configuration());
            values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
            values.put("schema-registry.url", registry.url());
            Measured measured = measure(flink, topics, values, images, kind.format(), events);
            if (round > 0) {
              table.computeIfAbsent(kind.name(), name -> new ArrayList<>()).add(measured);
            }
            delete(kafka, topics);
          }
        }
      }
      table.forEach(FormatBenchmark::print);
    }
    System.exit(0);
  }

  /**
   * The figures of one kind and round.
   *
   * @param rate events per second
   * @param micros processor time of an event, in microseconds
   */
  private record Measured(double rate, double micros) {}

  private static void print(String name, List<Measured> rounds) {
    StringBuilder rates = new StringBuilder();
    rounds.forEach(one -> rates.append(String.format(Locale.ROOT, " %7.0f", one.rate())));
    System.out.printf(
        Locale.ROOT,
        "%-24s%s events/s, median %6.0f, %5.0f us%n",
        name,
        rates,
        median(rounds, Measured::rate),
        median(rounds, Measured::micros));
  }

  private static double median(List<Measured> rounds, ToDoubleFunction<Measured> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** Frees the space of a round. */
  private static void delete(TestBroker kafka, JobTopics topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .deleteTopics(
              List.of(topics.events(), topics.images(), topics.phrases(), topics.deadLetters()))
          .all()
          .get();
    }
  }

  private static Measured measure(
      LocalFlink flink,
      JobTopics topics,
      Map<String, String> values,
      Path images,
      String format,
      int events)
      throws Exception {
    values.put("model.checkpoint", "none");
    values.put("events.format", format);
    values.put("fetch.allowed-roots", images.toString());
    values.put("kafka.delivery-guarantee", "at-least-once");
    values.put("job.parallelism", "1");
    values.put("job.checkpoint-interval", "1 s");
    topics.readUntil(PATIENCE, () -> true);
    JobID job =
        flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values), new InstantModels()));
    topics.readUntil(PATIENCE, () -> !topics.images.isEmpty());
    int first = topics.images.size();
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long processor = process.getProcessCpuTime();
    long begin = System.nanoTime();
    topics.readUntil(PATIENCE, () -> topics.images.size() >= events);
    double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
    double micros = (process.getProcessCpuTime() - processor) / 1e3;
    flink.cancel(job);
    if (!topics.deadLetters.isEmpty()) {
      throw new AssertionError("dead letters: " + topics.deadLetters.get(0));
    }
    int measured = events - first;
    return new Measured(measured / seconds, micros / measured);
  }

  /** Returns bytes that begin like a JPEG, and differ from those of other numbers. */
  private static byte[] image(int number, int bytes) {
    byte[] image = new byte[bytes];
    new Random(number).nextBytes(image);
    image[0] = (byte) 0xff;
    image[1] = (byte) 0xd8;
    image[2] = (byte) 0xff;
    return image;
  }

  private static String base64(byte[] image) {
    return Base64.getEncoder().encodeToString(image);
  }

  private static byte[] wire(String document) {
    byte[] text = utf8(document);
    return ByteBuffer.allocate(1 + Integer.BYTES + text.length)
        .put((byte) 0)
        .putInt(1)
        .put(text)
        .array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
