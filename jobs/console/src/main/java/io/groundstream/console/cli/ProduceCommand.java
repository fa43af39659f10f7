package io.groundstream.console.cli;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes files as image events. */
@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    description = {
      "Publish a folder of files as image events.",
      "",
      "Every file of the folder becomes one event, in the order of names: its name is the"
          + " event's id, its bytes are the image. Hidden files and subfolders are skipped."
          + " Without --task, an event asks for the job's default tasks. The job must have the same"
          + " format in events.format.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream produce --topic image-events --bootstrap-servers localhost:9092 \\",
      "      --schema-registry http://localhost:8081 images/",
      "  Ask where a dog is, in the JPEG files only:",
      "    groundstream produce --topic image-events --pattern '*.jpg' \\",
      "        --task phrase-grounding --text 'a dog' images/",
      "Exit codes: 0 all events were published; 2 wrong usage; 3 some or all were not."
    })
final class ProduceCommand implements Callable<Integer> {
  private static final int MAX_RECORD_BYTES = 64 << 20;

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection;

  @Option(names = "--topic", required = true, description = "The topic to publish to.")
  private String topic;

  @Option(
      names = "--pattern",
      paramLabel = "GLOB",
      defaultValue = "*",
      description = "Only files whose name matches, such as '*.jpg' (default: all).")
  private String pattern;

  @Option(
      names = "--task",
      description = "The task for every image, such as grounded-caption. It is not checked here.")
  private @Nullable String task;

  @Mixin private RequestMixin request;

  @Option(
      names = "--format",
      description =
          "The format of the records: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). image,"
              + " json and cloudevents need no schema registry; in image and cloudevents, which is"
              + " binary, the request is a header.")
  private ProducedFormat format = ProducedFormat.AVRO;

  @Option(
      names = "--register-schema",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Register the event's schema if the registry lacks it (default: yes).")
  private boolean registerSchema;

  @Parameters(paramLabel = "DIR", description = "The folder with the files.")
  private Path folder;

  @Override
  public Integer call() throws CommandException {
    List<ImageRequest> requests = requests();
    List<Path> files = files();
    connection.checkRights(new KafkaNeeds(List.of(), List.of(topic), null, null));
    try (SchemaRegistry registry = connection.connectRegistry();
        KafkaProducer<byte[], byte[]> producer = producer()) {
      ProducedFormat.Writing writing = format.open(topic, registry, registerSchema);
      awaitTopic(producer);
      int failed = publish(files, requests, writing, producer);
      PrintWriter err = spec.commandLine().getErr();
      err.printf("%d of %d events published to %s%n", files.size() - failed, files.size(), topic);
      err.flush();
      return failed == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    } catch (SchemaRegistrationException | RegistryUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new CommandException(
          "Cannot publish to "
              + topic
              + " at "
              + connection.bootstrapServers()
              + ": "
              + FailureReasons.of(e),
          e);
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, String> defaults =
        Map.of(
            "acks", "all",
            "linger.ms", "20",
            "compression.type", "none",
            "max.block.ms", "20000",
            // An image is one record; the topic's own limit decides what is too large.
            "max.request.size", Integer.toString(MAX_RECORD_BYTES),
            "buffer.memory", Integer.toString(MAX_RECORD_BYTES));
    return connection.kafka().withDefaults(defaults).producer("produce", Map.of());
  }

  /** Checks the topic once; without this, every image would wait for it in turn. */
  private void awaitTopic(KafkaProducer<byte[], byte[]> producer) throws CommandException {
    try {
      producer.partitionsFor(topic);
    } catch (TimeoutException e) {
      throw new CommandException(
          "--topic: "
              + topic
              + " is not at "
              + connection.bootstrapServers()
              + ", or no broker answers (expected: running brokers that have the topic)",
          e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
  private int publish(
      List<Path> files,
      List<ImageRequest> requests,
      ProducedFormat.Writing writing,
      KafkaProducer<byte[], byte[]> producer) {
    AtomicInteger failed = new AtomicInteger();
    for (Path file : files) {
      String name = file.getFileName().toString();
      try {
        ImageEvent event =
            ImageEvent.newBuilder()
                .setEventId(name)
                .setImageBytes(ByteBuffer.wrap(Files.readAllBytes(file)))
                .setRequests(requests)
                .build();
        producer.send(
            writing.record(event),
            (metadata, failure) -> {
              if (failure != null) {
                report(name, failure, failed);
              }
            });
      } catch (IOException | KafkaException | OutOfMemoryError e) {
        report(name, e, failed);
      }
    }
    producer.flush();
    return failed.get();
  }

  private void report(String name, Throwable failure, AtomicInteger failed) {
    failed.incrementAndGet();
    PrintWriter err = spec.commandLine().getErr();
    err.println(name + ": not published: " + FailureReasons.of(failure));
    err.flush();
  }

  private List<Path> files() throws CommandException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry) && !Files.isHidden(entry)) {
          files.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new CommandException("DIR: " + folder + " cannot be read: " + e, e);
    }
    Collections.sort(files);
    if (files.isEmpty()) {
      throw new CommandException("DIR: " + folder + " has no files " + pattern);
    }
    return files;
  }

  private List<ImageRequest> requests() {
    if (task == null) {
      if (request.text() != null || !request.regions().isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "--text and --region go with --task (expected: --task TASK)");
      }
      return List.of();
    }
    List<RequestBox> boxes = new ArrayList<>();
    for (Region region : request.regions()) {
      Box box = region.box();
      boxes.add(new RequestBox(box.xMin(), box.yMin(), box.xMax(), box.yMax(), region.phrase()));
    }
    if (format.hasRequestsInHeaders() && !boxes.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--region does not go with --format " + format + " (expected: a format with requests)");
    }
    return List.of(
        ImageRequest.newBuilder().setTask(task).setText(request.text()).setBoxes(boxes).build());
  }
}
