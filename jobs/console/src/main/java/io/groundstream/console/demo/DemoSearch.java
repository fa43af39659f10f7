package io.groundstream.console.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.jobs.cli.LocalServiceException;
import io.groundstream.jobs.index.IndexJob;
import io.groundstream.operators.index.Box;
import io.groundstream.operators.index.IndexField;
import io.groundstream.operators.index.IndexOptions;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.search.FoundBox;
import io.groundstream.operators.search.FoundImage;
import io.groundstream.operators.search.FoundMatch;
import io.groundstream.operators.search.ImageSearch;
import io.groundstream.operators.search.IndexConnection;
import io.groundstream.operators.search.SearchException;
import io.groundstream.operators.search.SearchRequest;
import io.groundstream.operators.search.SearchResult;
import io.groundstream.operators.search.SearchSyntaxException;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.JobOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo's search index: the job that fills it, and searches in it. For one thread. */
final class DemoSearch {
  /** Queries that match bundled scenes. */
  private static final List<String> QUERIES =
      List.of("mushroom", "banana left of clock", "dog or cat", "bus left of mushroom");

  /** Counts the requests in all documents. */
  private static final String COUNT =
      "{\"size\":0,\"aggs\":{\"requests\":{\"nested\":{\"path\":\""
          + IndexField.REQUESTS.in()
          + "\"}}}}";

  private static final int LIMIT = 5;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI url;
  private final DemoJob job;
  private final HttpClient client = HttpClient.newHttpClient();

  private DemoSearch(URI url, DemoJob job) {
    this.url = url;
    this.job = job;
  }

  /** Starts the index job, or returns null in a demo without a search index. */
  static @Nullable DemoSearch start(DemoServices services)
      throws DemoException, LocalServiceException, InterruptedException {
    LocalOpenSearch node = services.search();
    if (node == null) {
      return null;
    }
    Map<String, String> values = new HashMap<>();
    values.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), services.kafka().bootstrapServers());
    values.put(RegistryOptions.URLS.key(), services.registry().url());
    values.put(IndexOptions.URLS.key(), node.url().toString());
    values.put(IndexOptions.BULK_MAX_WAIT.key(), "200 ms");
    values.put(JobOptions.PARALLELISM.key(), "1");
    values.put(JobOptions.CHECKPOINT_INTERVAL.key(), "1 s");
    // A failure would repeat, and a user is waiting for the reason.
    values.put(JobOptions.FLINK_PREFIX + "restart-strategy.type", "none");
    try {
      return new DemoSearch(
          node.url(), DemoJob.start(IndexJob.define(IndexJob.settings(values)), services.flink()));
    } catch (InvalidConfigurationException e) {
      throw new DemoException(String.valueOf(e.getMessage()), e);
    }
  }

  URI url() {
    return url;
  }

  /** Throws if the job has ended. */
  void check() throws DemoException, InterruptedException {
    job.check();
  }

  /** Returns how many results of requests the index holds. */
  int count() throws DemoException, InterruptedException {
    String alias = "/" + IndexOptions.ALIAS.defaultValue();
    HttpResponse<String> refreshed = post(alias + "/_refresh", "");
    HttpResponse<String> counted = post(alias + "/_search", COUNT);
    if (refreshed.statusCode() != 200 || counted.statusCode() != 200) {
      // The job has not created it yet.
      return 0;
    }
    try {
      return new ObjectMapper()
          .readTree(counted.body())
          .at("/aggregations/requests/doc_count")
          .asInt();
    } catch (IOException e) {
      throw new DemoException("OpenSearch: " + e.getMessage(), e);
    }
  }

  private HttpResponse<String> post(String path, String json)
      throws DemoException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve(path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new DemoException("OpenSearch: " + e, e);
    }
  }

  /** Runs some queries, and returns queries and results as text. */
  String answers() throws DemoException, InterruptedException {
    ImageSearch search = new ImageSearch(IndexConnection.to(url));
    StringBuilder text = new StringBuilder();
    for (String query : QUERIES) {
      SearchResult result;
      try {
        result = search.search(SearchRequest.of(query, LIMIT));
      } catch (SearchSyntaxException | SearchException e) {
        throw new DemoException("Search: " + e.getMessage(), e);
      }
      text.append(
          String.format(
              Locale.ROOT,
              "search  %s  (%d images, %d ms)%n",
              query,
              result.total(),
              result.took().toMillis()));
      for (FoundImage image : result.images()) {
        text.append("  ").append(image.imageId());
        for (FoundMatch match : image.matches()) {
          text.append(box(match.subject()));
          FoundBox object = match.object();
          if (object != null) {
            text.append(' ').append(match.part()).append(box(object));
          }
        }
        text.append(System.lineSeparator());
      }
    }
    return text.toString();
  }

  private static String box(FoundBox found) {
    Box box = found.box();
    return String.format(
        Locale.ROOT,
        "  %s %.2f %.2f %.2f %.2f",
        found.phrase(),
        box.xMin(),
        box.yMin(),
        box.xMax(),
        box.yMax());
  }
}
