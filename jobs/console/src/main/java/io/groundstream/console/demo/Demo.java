package io.groundstream.console.demo;

import io.groundstream.avro.ImageEvent;
import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.jobs.cli.LocalServiceException;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.LocalModel;
import io.groundstream.kosmos2.SharedModels;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of Groundstream in one process: starts the services, runs the enrichment job, publishes the
 * images, and shows what arrives in the topics, as an ordinary consumer.
 *
 * <p>The services are stopped before the process ends, also after Ctrl-C. For one run.
 */
public final class Demo {
  private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final DemoOptions options;
  private final OutputLock lock;
  private final PrintWriter out;
  private final PrintWriter err;
  private final DemoPrinter printer;
  private final DemoImages images;
  private final DemoSummary summary = new DemoSummary();
  private final long startNanos = System.nanoTime();

  /**
   * @param lock on the output folder; the demo releases it at its end
   * @param out for results, and for what the demo is doing
   * @param err for progress
   */
  public Demo(DemoOptions options, OutputLock lock, PrintWriter out, PrintWriter err) {
    this.options = options;
    this.lock = lock;
    this.out = out;
    this.err = err;
    this.printer = new DemoPrinter(out);
    this.images = new DemoImages(options);
  }

  /**
   * Runs the demo.
   *
   * @return whether every image was processed
   * @throws DemoException if it cannot go on
   * @throws LocalServiceException if one of the services does not start
   */
  public boolean run() throws DemoException, LocalServiceException {
    try (ShutdownGuard guard = ShutdownGuard.forThisThread()) {
      try {
        return show();
      } catch (InterruptedException | InterruptException e) {
        say("Interrupted; everything is stopped.");
        return false;
      } catch (DemoException | LocalServiceException | RuntimeException e) {
        LOG.error("The demo failed", e);
        if (guard.isShuttingDown()) {
          // A terminal sends Ctrl-C to the registry as well; its end is then not a failure.
          say("Interrupted; everything is stopped.");
          return false;
        }
        if (e instanceof KafkaException) {
          throw new DemoException("Kafka: " + e.getMessage(), e);
        }
        throw e;
      } finally {
        // Inside the guard: once it is closed, the process may end at any moment.
        lock.close();
      }
    }
  }

  private boolean show() throws DemoException, LocalServiceException, InterruptedException {
    DemoEvents events = checkInput();
    DemoOutput output = DemoOutput.prepare(options.output());
    say(
        options.searchHome() == null
            ? "Starting Kafka, a Schema Registry and Flink"
            : "Starting Kafka, a Schema Registry, Flink and OpenSearch");
    try (DemoServices services = new DemoServices(options, output.data(), output.logs())) {
      services.await();
      String brokers = services.kafka().bootstrapServers();
      String registryUrl = services.registry().url();
      String flink = services.flink().page().toString();
      say("  Kafka            " + brokers);
      say("  Schema Registry  " + registryUrl);
      say("  Flink            " + flink);
      LocalOpenSearch node = services.search();
      if (node != null) {
        say("  OpenSearch       " + node.url());
      }
      createTopics(brokers);
      try (SchemaRegistry registry = SchemaRegistry.connect(List.of(registryUrl), Map.of());
          DemoCollector collector = new DemoCollector(brokers, registry);
          DemoView view = DemoView.start(options, services)) {
        if (view.isOpen()) {
          say("  Page             " + view.url());
        }
        say("Starting the job, with the model in " + options.checkpoint());
        DemoJob job = startJob(services, collector, brokers, registryUrl);
        DemoSearch search = DemoSearch.start(services);
        output.writeEndpoints(
            brokers, registryUrl, flink, search == null ? null : search.url(), view.url());
        say("Publishing " + events.count() + " images" + System.lineSeparator());
        publish(events, brokers, registry);
        while (summary.events() < events.count()) {
          check(services, job);
          collect(collector);
        }
        writePage(output);
        if (search != null) {
          answer(services, job, search);
        }
        say(System.lineSeparator() + summary.text((System.nanoTime() - startNanos) / 1e9));
        say("See the boxes drawn: " + output.page());
        if (options.keepRunning()) {
          stay(output, services, job, collector, view.url());
        }
        return summary.isFlawless();
      }
    } finally {
      output.deleteData();
    }
  }

  /** Waits until the index holds what was shown, and searches it. */
  private void answer(DemoServices services, DemoJob job, DemoSearch search)
      throws DemoException, LocalServiceException, InterruptedException {
    while (search.count() < summary.requests()) {
      check(services, job);
      search.check();
      Thread.sleep(POLL.toMillis());
    }
    say(System.lineSeparator() + search.answers().stripTrailing());
  }

  private DemoJob startJob(
      DemoServices services, DemoCollector collector, String brokers, String registryUrl)
      throws DemoException, LocalServiceException, InterruptedException {
    EnrichmentSettings settings = DemoJob.settings(options, brokers, registryUrl);
    try (SharedModels.Lease model = LocalModel.load(settings.model(), err)) {
      images.setDevice(model.model().device());
      DemoJob job = DemoJob.start(settings, services.flink());
      while (!job.isRunning()) {
        check(services, job);
        collect(collector);
      }
      return job;
    } catch (CheckpointException e) {
      throw new DemoException("--checkpoint: " + e.getMessage(), e);
    } catch (DeviceException e) {
      throw new DemoException("--" + e.getMessage(), e);
    }
  }

  private DemoEvents checkInput() throws DemoException {
    try {
      DemoEvents events = DemoEvents.of(options.images());
      if (events.count() == 0) {
        throw new DemoException("--images: " + options.images() + " has no files");
      }
      Checkpoint.open(options.checkpoint());
      return events;
    } catch (CheckpointException e) {
      throw new DemoException("--checkpoint: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DemoException("--images: " + options.images() + " cannot be read: " + e, e);
    }
  }

  private static void check(DemoServices services, DemoJob job)
      throws DemoException, LocalServiceException, InterruptedException {
    services.check();
    job.check();
  }

  /** Shows new results, and returns whether there were any. */
  private boolean collect(DemoCollector collector) throws DemoException {
    List<DemoResult> results = collector.poll(POLL);
    for (DemoResult result : results) {
      printer.print(result);
      summary.add(result);
      images.add(result);
    }
    return !results.isEmpty();
  }

  private void stay(
      DemoOutput output,
      DemoServices services,
      DemoJob job,
      DemoCollector collector,
      String viewUrl)
      throws DemoException, LocalServiceException, InterruptedException {
    say(
        String.join(
            System.lineSeparator(),
            "",
            "Everything keeps running until Ctrl-C. Watch it at " + viewUrl,
            "and publish more images from another terminal:",
            "  groundstream produce --topic " + DemoTopics.EVENTS + " \\",
            "    --bootstrap-servers " + services.kafka().bootstrapServers() + " \\",
            "    --schema-registry " + services.registry().url() + " DIR",
            ""));
    while (true) {
      check(services, job);
      if (collect(collector)) {
        writePage(output);
      }
    }
  }

  private void writePage(DemoOutput output) throws DemoException {
    try {
      images.writePage(output.page());
    } catch (IOException e) {
      throw output.unusable(e);
    }
  }

  private static void createTopics(String brokers) throws DemoException, InterruptedException {
    try (Admin admin = KafkaClients.ofCommand(brokers, Map.of()).admin("demo")) {
      List<NewTopic> topics =
          DemoTopics.ALL.stream()
              .map(name -> new NewTopic(name, DemoTopics.PARTITIONS, (short) 1))
              .toList();
      admin.createTopics(topics).all().get();
    } catch (ExecutionException e) {
      throw new DemoException("The topics cannot be created: " + e.getCause(), e);
    }
  }

  private static void publish(DemoEvents events, String brokers, SchemaRegistry registry)
      throws DemoException, InterruptedException {
    String mostBytes = Integer.toString(LocalKafka.MAX_RECORD_BYTES);
    Map<String, String> settings =
        Map.of(
            "acks",
            "all",
            // The topic is new: its first request may have to be repeated, before any other.
            "max.in.flight.requests.per.connection",
            "1",
            "max.request.size",
            mostBytes,
            "buffer.memory",
            mostBytes);
    try (KafkaProducer<byte[], byte[]> producer =
        KafkaClients.ofCommand(brokers, Map.of()).producer("demo", settings)) {
      AvroWireEncoder<ImageEvent> encoder =
          AvroWireEncoder.open(
              registry, SubjectNames.ofValues(DemoTopics.EVENTS), ImageEvent.class, true);
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int index = 0; index < events.count(); index++) {
        ImageEvent event = events.event(index);
        byte[] key = event.getEventId().getBytes(StandardCharsets.UTF_8);
        sent.add(
            producer.send(new ProducerRecord<>(DemoTopics.EVENTS, key, encoder.encode(event))));
      }
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    } catch (ExecutionException e) {
      throw new DemoException("An image cannot be published: " + e.getCause(), e);
    } catch (InterruptException e) {
      throw e;
    } catch (IOException | KafkaException | SchemaRegistrationException e) {
      throw new DemoException("An image cannot be published: " + e.getMessage(), e);
    }
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }
}
