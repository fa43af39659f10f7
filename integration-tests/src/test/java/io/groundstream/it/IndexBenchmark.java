package io.groundstream.it;

import com.sun.management.OperatingSystemMXBean;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.console.embedded.LocalRegistry;
import io.groundstream.jobs.index.IndexJob;
import io.groundstream.jobs.pipeline.GroundingPipeline;
import io.groundstream.operators.index.BoxFacts;
import io.groundstream.operators.index.Finding;
import io.groundstream.operators.index.ImageFacts;
import io.groundstream.operators.index.IndexDocument;
import io.groundstream.operators.index.IndexSettings;
import io.groundstream.operators.index.IndexSink;
import io.groundstream.operators.index.JoinFunction;
import io.groundstream.operators.index.PhraseFacts;
import io.groundstream.operators.index.RequestFacts;
import io.groundstream.operators.output.OutputSinks;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * Measures how many documents per second the join and the sink write to a node on this machine, and
 * which process uses the processors. Generated records replace Kafka's. Not a test. Arguments: the
 * number of documents of each kind, a multiple of 1000, and the maximum number of boxes of an
 * image.
 */
final class IndexBenchmark {
  private static final String[] THINGS = {"a dog", "the fire", "two cats", "a red ball", "a tree"};

  private IndexBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int documents = Integer.parseInt(arguments[0]);
    int mostBoxes = Integer.parseInt(arguments[1]);
    Path folder = Files.createTempDirectory("index-benchmark");
    try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"), 0);
        LocalRegistry registry =
            LocalRegistry.start(
                Path.of("../jobs/console/target/apicurio-registry"),
                folder.resolve("registry"),
                0);
        LocalOpenSearch node =
            LocalOpenSearch.start(
                Path.of("../jobs/opensearch-node/target"), folder.resolve("opensearch"), 0);
        LocalFlink flink = LocalFlink.start(folder.resolve("flink"), 1, 0)) {
      // The first run warms up both processes.
      run(flink, kafka, registry, node, "warm-up", documents / 4, 1);
      for (int boxes = 1; boxes <= mostBoxes; boxes *= 2) {
        run(flink, kafka, registry, node, "boxes-" + boxes, documents, boxes);
      }
    }
  }

  private static void run(
      LocalFlink flink,
      LocalKafka kafka,
      LocalRegistry registry,
      LocalOpenSearch node,
      String name,
      int documents,
      int boxes)
      throws Exception {
    Map<String, String> values = new HashMap<>();
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("kafka.delivery-guarantee", "at-least-once");
    values.put("schema-registry.url", registry.url());
    values.put("index.url", node.url().toString());
    values.put("index.alias", name);
    values.put("index.name", name + "-v1");
    values.put("job.parallelism", "1");
    IndexSettings settings = IndexJob.settings(values);
    StreamExecutionEnvironment environment = GroundingPipeline.environment(settings.job());
    environment
        .fromSequence(0, documents - 1L)
        .uid("sequence")
        .flatMap(new Drawn(boxes))
        .returns(TypeInformation.of(Finding.class))
        .uid("drawn")
        .keyBy(Finding::getImageId, Types.STRING)
        .process(new JoinFunction(settings))
        .returns(TypeInformation.of(IndexDocument.class))
        .uid("join")
        .sinkTo(new IndexSink(settings, OutputSinks.kafka(settings.kafka())))
        .uid("index");
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = System.nanoTime();
    long ours = system.getProcessCpuTime();
    Duration theirs = node.process().info().totalCpuDuration().orElse(Duration.ZERO);
    JobResult result = flink.result(flink.submit(environment));
    double seconds = (System.nanoTime() - start) / 1e9;
    double ourCores = (system.getProcessCpuTime() - ours) / 1e9 / seconds;
    double theirCores =
        node.process().info().totalCpuDuration().orElse(Duration.ZERO).minus(theirs).toMillis()
            / 1e3
            / seconds;
    int count = new SearchIndex(node.url()).must("POST", "/" + name + "/_refresh", null).size();
    long indexed =
        new SearchIndex(node.url())
            .must("GET", "/" + name + "/_count", null)
            .path("count")
            .asLong();
    System.out.printf(
        Locale.ROOT,
        "%s: %d of %d documents in %.1f s: %.0f documents/s; cores used: job %.2f, node %.2f of %d"
            + " (%s, %d)%n",
        name,
        indexed,
        documents,
        seconds,
        documents / seconds,
        ourCores,
        theirCores,
        Runtime.getRuntime().availableProcessors(),
        result.isSuccess() ? "finished" : "failed",
        count);
  }

  /** Generates images with boxes side by side, each with its own phrase. */
  private static final class Drawn implements FlatMapFunction<Long, Finding> {
    private static final long serialVersionUID = 1L;

    private final int boxes;

    Drawn(int boxes) {
      this.boxes = boxes;
    }

    @Override
    public void flatMap(Long number, Collector<Finding> out) {
      String imageId = "shard-%05d/%08d".formatted(number / 1000, number);
      for (int ordinal = 0; ordinal < boxes; ordinal++) {
        Finding finding = finding(imageId, number);
        finding.phrase = new PhraseFacts();
        finding.phrase.requestId = "request";
        finding.phrase.ordinal = ordinal;
        finding.phrase.phrase = THINGS[(int) ((number + ordinal) % THINGS.length)];
        BoxFacts box = new BoxFacts();
        box.xMin = ordinal / (double) boxes;
        box.yMin = (number % 7) / 10.0;
        box.xMax = box.xMin + 0.5 / boxes;
        box.yMax = box.yMin + 0.3;
        box.confidence = 0.75;
        box.source = "generated";
        finding.phrase.boxes = new BoxFacts[] {box};
        out.collect(finding);
      }
      Finding finding = finding(imageId, number);
      finding.image = new ImageFacts();
      finding.image.width = 640;
      finding.image.height = 480;
      finding.image.modelName = "kosmos-2";
      finding.image.modelRevision = "revision";
      finding.image.attributeNames = new String[] {"camera"};
      finding.image.attributeValues = new String[] {"north gate"};
      RequestFacts request = new RequestFacts();
      request.requestId = "request";
      request.task = "grounded-caption";
      request.caption = "An image of a dog left of the fire, two cats and a red ball under a tree.";
      request.answer = request.caption;
      request.phraseCount = boxes;
      finding.requests = new RequestFacts[] {request};
      out.collect(finding);
    }

    private static Finding finding(String imageId, long number) {
      Finding finding = new Finding();
      finding.imageId = imageId;
      finding.eventId = imageId;
      finding.processingTime = 1_700_000_000_000L + number;
      return finding;
    }
  }
}
