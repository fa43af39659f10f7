package io.groundstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.jobs.cli.LocalPorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A standalone session cluster of Flink as {@code deploy/README.md} describes it: a job manager and
 * task managers as separate processes, with the engine folder but not the job in their class path.
 * All processes listen on the loopback address only. Not thread-safe.
 */
final class FlinkCluster implements AutoCloseable {
  private static final String JOB_MANAGER =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final String CLIENT = "org.apache.flink.client.cli.CliFrontend";

  /** The packages that Flink's own start scripts open. */
  private static final List<String> OPENED =
      List.of(
          "lang",
          "net",
          "io",
          "nio",
          "lang.reflect",
          "text",
          "time",
          "util",
          "util.concurrent",
          "util.concurrent.atomic",
          "util.concurrent.locks");

  private static final Pattern SUBMITTED = Pattern.compile("submitted with JobID ([0-9a-f]{32})");
  private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");
  private static final long CLIENT_SECONDS = 180;

  private final Path configuration;
  private final Path logs;
  private final URI page;
  private final List<FlinkProcess> processes = new ArrayList<>();
  private @Nullable FlinkProcess jobManager;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Thread closer = new Thread(this::killAll, "flink-cluster-killer");

  private FlinkCluster(Path configuration, Path logs, URI page) {
    this.configuration = configuration;
    this.logs = logs;
    this.page = page;
  }

  /**
   * Starts the job manager, which is ready some seconds later.
   *
   * @param configuration the folder for Flink's configuration; created
   * @param logs the folder for the processes' logs; those of an earlier run are removed
   * @param slots the number of slots of each task manager
   */
  static FlinkCluster start(Path configuration, Path logs, int slots) throws Exception {
    return start(configuration, logs, slots, Map.of());
  }

  /**
   * Like the other method, with further options.
   *
   * @param more further options of Flink
   */
  static FlinkCluster start(Path configuration, Path logs, int slots, Map<String, String> more)
      throws Exception {
    int rpcPort = LocalPorts.choose("job manager", 0);
    int restPort = LocalPorts.choose("Flink's page", 0);
    Path folder = Files.createDirectories(configuration).toAbsolutePath();
    Map<String, String> settings = settings(rpcPort, restPort, slots);
    if (!Containers.areWanted()) {
      // Task managers read everything that an earlier one of the same name left behind. Killed
      // processes remove nothing, and each cluster uses the same names.
      settings.put("io.tmp.dirs", Files.createDirectories(folder.resolve("tmp")).toString());
    }
    settings.putAll(more);
    write(folder.resolve("config.yaml"), settings);
    Files.writeString(
        folder.resolve("log4j.properties"),
        """
        rootLogger.level = INFO
        rootLogger.appenderRef.console.ref = console
        appender.console.name = console
        appender.console.type = CONSOLE
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} [%t] %m%n
        logger.kafka.name = org.apache.kafka
        logger.kafka.level = WARN
        """);
    removeLogs(logs);
    FlinkCluster cluster =
        new FlinkCluster(
            folder, logs, URI.create("http://" + LocalPorts.HOST + ":" + restPort + "/"));
    Runtime.getRuntime().addShutdownHook(cluster.closer);
    cluster.startJobManager();
    return cluster;
  }

  /** Starts a job manager in place of a killed one; it is ready some seconds later. */
  void startJobManager() throws IOException {
    jobManager =
        launch(
            "job-manager-" + processes.size(),
            List.of("-Xmx256m", "-XX:MaxMetaspaceSize=256m"),
            JOB_MANAGER,
            List.of("--configDir", configuration.toString(), "--executionMode", "cluster"));
  }

  /** Sends SIGKILL to the job manager and returns when it has ended. */
  void killJobManager() throws InterruptedException {
    jobManager().kill();
  }

  private FlinkProcess jobManager() {
    if (jobManager == null) {
      throw new IllegalStateException("no job manager was started");
    }
    return jobManager;
  }

  private static void removeLogs(Path logs) throws IOException {
    Files.createDirectories(logs);
    try (DirectoryStream<Path> old = Files.newDirectoryStream(logs, "*.log")) {
      for (Path log : old) {
        Files.delete(log);
      }
    }
  }

  private static Map<String, String> settings(int rpcPort, int restPort, int slots) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("jobmanager.rpc.address", LocalPorts.HOST);
    settings.put("jobmanager.rpc.port", Integer.toString(rpcPort));
    settings.put("jobmanager.bind-host", LocalPorts.HOST);
    settings.put("rest.address", LocalPorts.HOST);
    settings.put("rest.bind-address", LocalPorts.HOST);
    settings.put("rest.port", Integer.toString(restPort));
    settings.put("rest.bind-port", Integer.toString(restPort));
    settings.put("taskmanager.host", LocalPorts.HOST);
    settings.put("taskmanager.bind-host", LocalPorts.HOST);
    settings.put("taskmanager.numberOfTaskSlots", Integer.toString(slots));
    // Flink's start scripts compute these from the size of the process.
    settings.put("taskmanager.cpu.cores", "1.0");
    settings.put("taskmanager.memory.framework.heap.size", "128m");
    settings.put("taskmanager.memory.framework.off-heap.size", "128m");
    settings.put("taskmanager.memory.task.heap.size", "256m");
    settings.put("taskmanager.memory.task.off-heap.size", "256m");
    settings.put("taskmanager.memory.managed.size", "32m");
    settings.put("taskmanager.memory.network.min", "32m");
    settings.put("taskmanager.memory.network.max", "32m");
    settings.put("taskmanager.memory.jvm-metaspace.size", "256m");
    settings.put("taskmanager.memory.jvm-overhead.min", "128m");
    settings.put("taskmanager.memory.jvm-overhead.max", "128m");
    // A killed task manager is detected after two heartbeats.
    settings.put("heartbeat.interval", "1 s");
    settings.put("heartbeat.timeout", "30 s");
    // Answers are current, not some seconds old.
    settings.put("web.refresh-interval", "100 ms");
    return settings;
  }

  /** Starts a task manager; it is ready some seconds later. */
  FlinkProcess startTaskManager() throws IOException {
    List<String> options =
        List.of(
            "-Xmx384m",
            "-XX:MaxDirectMemorySize=416m",
            "-XX:MaxMetaspaceSize=256m",
            "-Dai.djl.offline=true",
            "-DRUST_FLAVOR=cpu");
    String name = "task-manager-" + processes.size();
    return launch(
        name,
        options,
        TASK_MANAGER,
        List.of("--configDir", configuration.toString(), "-Dtaskmanager.resource-id=" + name));
  }

  /** Returns the names of the task managers that run a job. */
  Set<String> taskManagers(String job) throws Exception {
    Set<String> names = new TreeSet<>();
    for (JsonNode vertex : get("jobs/" + job).path("vertices")) {
      for (JsonNode subtask :
          get("jobs/" + job + "/vertices/" + vertex.path("id").asText()).path("subtasks")) {
        names.add(subtask.path("taskmanager-id").asText());
      }
    }
    return names;
  }

  /**
   * Runs {@code flink run -d} with the job's jar and returns the identifier of the job.
   *
   * @param flinkOptions the arguments before the jar
   * @param arguments the arguments after the jar
   */
  String run(List<String> flinkOptions, List<String> arguments) throws Exception {
    return run(flinkOptions, FlinkJars.JOB_JAR, arguments);
  }

  /** Like the other method, with any jar. */
  String run(List<String> flinkOptions, Path jar, List<String> arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("run", "-d"));
    all.addAll(flinkOptions);
    all.add(jar.toAbsolutePath().normalize().toString());
    all.addAll(arguments);
    String output = startClient(all).awaitEnd(CLIENT_SECONDS);
    return found(SUBMITTED, output);
  }

  /** Starts {@code flink stop} with a savepoint. */
  FlinkProcess startStop(String job, Path savepoints) throws IOException {
    return startClient(List.of("stop", "--savepointPath", savepoints.toUri().toString(), job));
  }

  /** Waits until a job has stopped and returns the path of its savepoint. */
  static String awaitSavepoint(FlinkProcess stop) throws Exception {
    return found(SAVEPOINT, stop.awaitEnd(CLIENT_SECONDS));
  }

  private static String found(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new AssertionError("No '" + pattern + "' in:\n" + output);
    }
    return matcher.group(1);
  }

  private FlinkProcess startClient(List<String> arguments) throws IOException {
    return launch("client-" + processes.size(), List.of("-Xmx256m"), CLIENT, arguments);
  }

  /** Waits until the job manager answers. */
  void awaitReady() throws Exception {
    Eventually.holds(Duration.ofMinutes(3), "a job manager that answers", this::answers);
  }

  /** Returns whether the job manager answers now. */
  boolean answers() throws InterruptedException {
    if (!jobManager().isAlive()) {
      throw new AssertionError("The job manager ended: " + jobManager());
    }
    try {
      return get("overview").has("slots-total");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns Flink's state of a job, such as {@code RUNNING}. */
  String state(String job) throws Exception {
    return get("jobs/" + job).path("state").asText();
  }

  /** Returns the REST API's answer for a path such as {@code jobs/overview}. */
  JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(page.resolve(path)).GET());
  }

  /** Cancels a job and returns when it has ended. */
  void cancel(String job) throws Exception {
    JsonNode unused =
        send(
            HttpRequest.newBuilder(page.resolve("jobs/" + job))
                .method("PATCH", HttpRequest.BodyPublishers.noBody()));
    Eventually.holds(
        Duration.ofSeconds(60), "an end of the job", () -> state(job).equals("CANCELED"));
  }

  /**
   * Requests another parallelism for the whole job, which restarts it. Requires Flink's adaptive
   * scheduler.
   */
  void rescale(String job, int parallelism) throws Exception {
    ObjectNode wanted = new ObjectMapper().createObjectNode();
    for (JsonNode vertex : get("jobs/" + job).path("vertices")) {
      wanted
          .putObject(vertex.path("id").asText())
          .putObject("parallelism")
          .put("lowerBound", 1)
          .put("upperBound", parallelism);
    }
    JsonNode unused =
        send(
            HttpRequest.newBuilder(page.resolve("jobs/" + job + "/resource-requirements"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(wanted.toString())));
  }

  /** Returns whether all tasks of a job are running with the given number of subtasks. */
  boolean runsWith(String job, int parallelism) throws Exception {
    JsonNode told = get("jobs/" + job);
    for (JsonNode vertex : told.path("vertices")) {
      if (vertex.path("parallelism").asInt() != parallelism
          || !vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    return told.path("state").asText().equals("RUNNING");
  }

  /**
   * Returns the current values of Flink's metrics of all tasks of a job, by their names with the
   * subtask's index in front.
   *
   * @param ending the end of the names
   */
  Map<String, Double> metrics(String job, String ending) throws Exception {
    Map<String, Double> values = new TreeMap<>();
    for (JsonNode vertex : get("jobs/" + job).path("vertices")) {
      String path = "jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/metrics";
      List<String> names = new ArrayList<>();
      for (JsonNode metric : get(path)) {
        if (metric.path("id").asText().endsWith(ending)) {
          names.add(metric.path("id").asText());
        }
      }
      if (!names.isEmpty()) {
        String query = URLEncoder.encode(String.join(",", names), StandardCharsets.UTF_8);
        for (JsonNode metric : get(path + "?get=" + query)) {
          values.put(metric.path("id").asText(), metric.path("value").asDouble());
        }
      }
    }
    return values;
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
    return new ObjectMapper().readTree(response.body());
  }

  private FlinkProcess launch(
      String name, List<String> options, String mainClass, List<String> arguments)
      throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                // Many short-lived processes: they should start quickly and use few processors.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:CICompilerCount=1",
                "-Djava.awt.headless=true",
                "-Dlog4j.configurationFile=" + configuration.resolve("log4j.properties").toUri()));
    all.addAll(options);
    for (String opened : OPENED) {
      all.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED");
    }
    Path log = logs.resolve(name + ".log");
    FlinkProcess process;
    if (Containers.areWanted()) {
      process =
          FlinkContainer.start(configuration, log, FlinkJars.engine(), all, mainClass, arguments);
    } else {
      List<Path> classPath = new ArrayList<>(FlinkJars.distribution());
      classPath.addAll(FlinkJars.engine());
      process = LocalProcess.start(configuration, log, classPath, all, mainClass, arguments);
    }
    processes.add(process);
    return process;
  }

  /** Writes values as a YAML file for Flink and the job. */
  static void write(Path file, Map<String, String> values) throws IOException {
    StringBuilder yaml = new StringBuilder();
    values.forEach((key, value) -> yaml.append(key).append(": \"").append(value).append("\"\n"));
    Files.writeString(file, yaml);
  }

  /** Returns the ends of all logs, for messages. */
  @Override
  public String toString() {
    return processes.stream().map(FlinkProcess::toString).collect(Collectors.joining("\n\n"));
  }

  private void killAll() {
    List.copyOf(processes).forEach(FlinkProcess::close);
  }

  @Override
  public void close() {
    killAll();
    Runtime.getRuntime().removeShutdownHook(closer);
  }
}
