package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;

/** The metrics that Prometheus would read from a running job at one moment. */
record Scrape(List<Sample> samples) {
  private static final String REPORTER = "metrics.reporter.prometheus.";
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /** One line: a series and its value. */
  record Sample(String name, Map<String, String> labels, double value) {}

  /** Returns Flink's options that publish metrics on a port. */
  static Map<String, String> reporter(int port) {
    return Map.of(
        "metrics.reporters",
        "prometheus",
        REPORTER + "factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        REPORTER + "port",
        Integer.toString(port),
        REPORTER + "filterLabelValueCharacters",
        "false");
  }

  static Scrape of(int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + LocalPorts.HOST + ":" + port + "/metrics"))
            .timeout(Duration.ofSeconds(10))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    List<Sample> samples = new ArrayList<>();
    for (String line : response.body().lines().toList()) {
      if (!line.startsWith("#")) {
        Matcher matcher = LINE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        samples.add(
            new Sample(
                matcher.group(1),
                labels(matcher.group(2) == null ? "" : matcher.group(2)),
                Double.parseDouble(matcher.group(3).replace("Inf", "Infinity"))));
      }
    }
    return new Scrape(samples);
  }

  /** Returns the metrics of one job. */
  static Scrape of(int port, JobID job) throws Exception {
    return new Scrape(
        of(port).samples().stream()
            .filter(sample -> job.toHexString().equals(sample.labels().get("job_id")))
            .toList());
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    Matcher matcher = LABEL.matcher(text);
    while (matcher.find()) {
      labels.put(matcher.group(1), matcher.group(2));
    }
    return labels;
  }

  /** Returns all names, those of histograms with and without Prometheus' suffixes. */
  Set<String> names() {
    return samples.stream().map(Sample::name).collect(Collectors.toSet());
  }

  /** Returns the series of a metric. */
  List<Sample> of(Metric metric) {
    return samples.stream()
        .filter(sample -> sample.name().equals(metric.prometheusName()))
        .toList();
  }

  /** Returns the sum of all series of a metric. */
  double sum(Metric metric) {
    return of(metric).stream().mapToDouble(Sample::value).sum();
  }

  /** Returns the number of durations in the histograms of a metric. */
  double count(Metric metric) {
    return samples.stream()
        .filter(sample -> sample.name().equals(metric.prometheusName() + "_count"))
        .mapToDouble(Sample::value)
        .sum();
  }

  /** Fails unless every metric of the places exists with all its labels. */
  void checkComplete(MetricPlace... places) {
    checkComplete(Set.of(), places);
  }

  /** Like the other method, except for metrics that the job has no reason to report. */
  void checkComplete(Set<Metric> without, MetricPlace... places) {
    for (MetricPlace place : places) {
      assertThat(
              Arrays.stream(Metric.values())
                  .filter(metric -> metric.place() == place && !without.contains(metric))
                  .map(Metric::prometheusName))
          .as("metrics of %s", place)
          .isSubsetOf(names());
    }
    for (Metric metric : Metric.values()) {
      if (List.of(places).contains(metric.place())) {
        List<String> labels = new ArrayList<>(metric.place().labels());
        labels.addAll(metric.ownLabels());
        labels.add("job_name");
        assertThat(of(metric))
            .as("labels of %s", metric)
            .allSatisfy(sample -> assertThat(sample.labels().keySet()).containsAll(labels));
      }
    }
  }
}
