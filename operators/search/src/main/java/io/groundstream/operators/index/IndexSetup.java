package io.groundstream.operators.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.concurrent.Backoff;
import io.groundstream.operators.index.OpenSearchClient.Answer;
import io.groundstream.schemas.text.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares the index before the first write: creates template, index and alias where they are
 * missing and may be created, and checks existing ones, which it never changes. Several processes
 * may do this at the same time.
 */
public final class IndexSetup {
  private static final Logger LOG = LoggerFactory.getLogger(IndexSetup.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE_FILE = IndexOptions.DEFAULT_ALIAS + ".json";
  private static final String TEMPLATE_NAME = IndexOptions.DEFAULT_ALIAS;
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofMillis(200), 2, Duration.ofSeconds(5));

  private final OpenSearchClient connection;
  private final String alias;
  private final String name;
  private final boolean create;

  private IndexSetup(OpenSearchClient connection, String alias, String name, boolean create) {
    this.connection = connection;
    this.alias = alias;
    this.name = name;
    this.create = create;
  }

  /**
   * Prepares the index of a job.
   *
   * @throws IndexSetupException if the configuration or the index has to be changed; the message
   *     says how
   * @throws IndexUnavailableException if it gives no answer, or is red, for {@code
   *     index.retry-timeout}
   */
  public static void prepare(IndexSettings settings)
      throws IndexSetupException, IndexUnavailableException, InterruptedException {
    BulkSettings bulk = settings.bulk();
    OpenSearchClient connection =
        OpenSearchClient.open(settings.connection(), bulk.requestTimeout(), Runnable::run);
    new IndexSetup(connection, settings.alias(), settings.name(), settings.create())
        .prepare(bulk.retryTimeout().toNanos());
  }

  /**
   * Creates template, index and alias of these names on a node without access control, or checks
   * them.
   */
  public static void prepare(
      IndexConnectionSettings node, BulkSettings bulk, String alias, String name)
      throws IndexSetupException, IndexUnavailableException, InterruptedException {
    OpenSearchClient connection = OpenSearchClient.open(node, bulk.requestTimeout(), Runnable::run);
    new IndexSetup(connection, alias, name, true).prepare(bulk.retryTimeout().toNanos());
  }

  /**
   * Checks the files with the password and the authorities; sends nothing.
   *
   * @throws IndexSetupException if one cannot be used
   */
  public static void checkFiles(IndexConnectionSettings settings) throws IndexSetupException {
    OpenSearchClient unused = OpenSearchClient.open(settings, Duration.ofSeconds(1), Runnable::run);
  }

  /**
   * Checks the index of a job once, and changes nothing.
   *
   * @return the findings in a few words
   * @throws IndexSetupException if the configuration or the index has to be changed; the message
   *     says how
   * @throws IndexUnavailableException if it gives no answer, or cannot be written to at the moment
   */
  public static String look(IndexSettings settings)
      throws IndexSetupException, IndexUnavailableException, InterruptedException {
    OpenSearchClient connection =
        OpenSearchClient.open(
            settings.connection(), settings.bulk().requestTimeout(), Runnable::run);
    return new IndexSetup(connection, settings.alias(), settings.name(), settings.create()).look();
  }

  /** Returns the index template, which is in {@code deploy/opensearch}. */
  public static String template() {
    try (InputStream in = IndexSetup.class.getResourceAsStream(TEMPLATE_FILE)) {
      if (in == null) {
        throw new IllegalStateException("class path: " + TEMPLATE_FILE + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("class path: " + TEMPLATE_FILE + " cannot be read", e);
    }
  }

  private void prepare(long patienceNanos)
      throws IndexSetupException, IndexUnavailableException, InterruptedException {
    long end = System.nanoTime() + patienceNanos;
    for (int attempt = 1; ; attempt++) {
      String problem;
      Throwable cause = null;
      try {
        problem = tryOnce();
        if (problem == null) {
          return;
        }
      } catch (SSLException e) {
        throw IndexAdvice.notTrusted(connection.where(), e);
      } catch (IOException e) {
        problem = noAnswer(e);
        cause = e;
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new IndexUnavailableException(problem, cause);
      }
      LOG.warn("{}; trying again for {} ms", problem, left);
      TimeUnit.MILLISECONDS.sleep(Math.min(BACKOFF.pauseMillis(attempt), left));
    }
  }

  private String noAnswer(IOException failure) {
    return "OpenSearch at "
        + connection.where()
        + " gives no answer: "
        + failure
        + " (expected: a running node at this address; see index.url)";
  }

  private String look()
      throws IndexSetupException, IndexUnavailableException, InterruptedException {
    try {
      Answer aliased = connection.ask("GET", "_alias/" + encoded(alias), null);
      if (aliased.status() == 404) {
        refuseWhatIsInTheWay();
        return "alias %s and index %s are missing, and will be created".formatted(alias, name);
      }
      String problem = checkAliased(aliased);
      if (problem != null) {
        throw new IndexUnavailableException(problem, null);
      }
      return "alias %s points to an index that accepts the documents".formatted(alias);
    } catch (SSLException e) {
      throw IndexAdvice.notTrusted(connection.where(), e);
    } catch (IOException e) {
      throw new IndexUnavailableException(noAnswer(e), e);
    }
  }

  /** Returns a temporary problem, or null if the index is ready. */
  private @Nullable String tryOnce() throws IOException, InterruptedException, IndexSetupException {
    Answer aliased = connection.ask("GET", "_alias/" + encoded(alias), null);
    if (aliased.status() == 404) {
      String problem = createIndex();
      if (problem != null) {
        return problem;
      }
      aliased = connection.ask("GET", "_alias/" + encoded(alias), null);
    }
    return checkAliased(aliased);
  }

  /** Returns a temporary problem, or null if the alias points to an index that is ready. */
  private @Nullable String checkAliased(Answer aliased)
      throws IOException, InterruptedException, IndexSetupException {
    String problem = problem("alias " + alias, aliased);
    if (problem != null) {
      return problem;
    }
    String index = writeIndex(JSON.readTree(aliased.body()));
    problem = checkState(index);
    if (problem == null) {
      checkMapping(index);
    }
    return problem;
  }

  private @Nullable String createIndex()
      throws IOException, InterruptedException, IndexSetupException {
    refuseWhatIsInTheWay();
    ObjectNode template = (ObjectNode) JSON.readTree(template());
    if (connection.ask("HEAD", "_index_template/" + TEMPLATE_NAME, null).status() == 404) {
      Answer made = connection.ask("PUT", "_index_template/" + TEMPLATE_NAME, template.toString());
      String problem = problem("index template " + TEMPLATE_NAME, made);
      if (problem != null) {
        return problem;
      }
    }
    ObjectNode body = JSON.createObjectNode();
    // Included, since the template may not match the name or may be of another version.
    body.setAll((ObjectNode) template.required("template"));
    body.putObject("aliases").putObject(alias);
    Answer made = connection.ask("PUT", encoded(name), body.toString());
    if (made.status() == 400 && made.text().contains("resource_already_exists_exception")) {
      return null;
    }
    if (made.isSuccess()) {
      LOG.info("Created index {} with alias {}", name, alias);
    }
    return problem("index " + name, made);
  }

  /** Fails if the alias cannot be created: its name or the index's name is taken. */
  private void refuseWhatIsInTheWay()
      throws IOException, InterruptedException, IndexSetupException {
    if (connection.ask("HEAD", encoded(alias), null).status() == 200) {
      throw new IndexSetupException(
          "index.alias: "
              + alias
              + " is an index at "
              + connection.where()
              + " (expected: an alias; choose another name, or reindex it under another one)");
    }
    if (!create) {
      throw new IndexSetupException(
          "index.alias: "
              + alias
              + " is missing at "
              + connection.where()
              + " (expected: an alias of an index made from deploy/opensearch/"
              + TEMPLATE_FILE
              + "; make it, or set index.create: true)");
    }
    if (connection.ask("HEAD", encoded(name), null).status() == 200) {
      throw new IndexSetupException(
          "index.name: "
              + name
              + " is there at "
              + connection.where()
              + ", but alias "
              + alias
              + " does not lead to it (expected: POST _aliases"
              + " {\"actions\":[{\"add\":{\"index\":\""
              + name
              + "\",\"alias\":\""
              + alias
              + "\"}}]}, or another name)");
    }
  }

  private String writeIndex(JsonNode aliased) throws IndexSetupException {
    List<String> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> index : aliased.properties()) {
      if (index.getValue().at("/aliases/" + pointer(alias) + "/is_write_index").asBoolean()) {
        return index.getKey();
      }
      all.add(index.getKey());
    }
    if (all.size() == 1) {
      return all.get(0);
    }
    throw new IndexSetupException(
        "index.alias: "
            + alias
            + " leads to "
            + all
            + " (expected: to one index, or to one with is_write_index: true)");
  }

  /** Checks for states that reject every document: closed, read-only, red. */
  private @Nullable String checkState(String index)
      throws IOException, InterruptedException, IndexSetupException {
    Answer settings = connection.ask("GET", encoded(index) + "/_settings?flat_settings=true", null);
    String problem = problem("settings of index " + index, settings);
    if (problem != null) {
      return problem;
    }
    JsonNode flat = JSON.readTree(settings.body()).path(index).path("settings");
    for (String block :
        List.of(
            "index.blocks.write",
            "index.blocks.read_only",
            "index.blocks.read_only_allow_delete")) {
      if (flat.path(block).asBoolean()) {
        String hint =
            block.endsWith("allow_delete") ? "read-only / allow delete" : "cluster_block_exception";
        return "index "
            + index
            + " at "
            + connection.where()
            + ": "
            + block
            + " is true (expected: "
            + IndexAdvice.whatToDo(index, hint)
            + ")";
      }
    }
    Answer listed =
        connection.ask(
            "GET",
            "_cat/indices/"
                + encoded(index)
                + "?format=json&h=index,health,status&expand_wildcards=all",
            null);
    problem = problem("state of index " + index, listed);
    if (problem != null) {
      return problem;
    }
    JsonNode state = JSON.readTree(listed.body()).path(0);
    if (state.path("status").asText().equals("close")) {
      throw new IndexSetupException(
          "index "
              + index
              + " at "
              + connection.where()
              + " is closed (expected: an open one; POST "
              + index
              + "/_open)");
    }
    if (state.path("health").asText().equals("red")) {
      return "index "
          + index
          + " at "
          + connection.where()
          + " is red: some of its shards are missing (expected: yellow or green; GET"
          + " _cluster/allocation/explain says why)";
    }
    return null;
  }

  private void checkMapping(String index)
      throws IOException, InterruptedException, IndexSetupException {
    Answer answer = connection.ask("GET", encoded(index) + "/_mapping", null);
    String problem = problem("mapping of index " + index, answer);
    if (problem != null) {
      throw new IOException(problem);
    }
    JsonNode is = JSON.readTree(answer.body()).path(index).path("mappings").path("properties");
    JsonNode wanted = JSON.readTree(template()).at("/template/mappings/properties");
    List<String> clashes = MappingCheck.clashes(wanted, is);
    if (!clashes.isEmpty()) {
      throw new IndexSetupException(
          "index "
              + index
              + " at "
              + connection.where()
              + " does not have the mapping that the documents need: "
              + String.join("; ", clashes)
              + " (expected: the mapping of deploy/opensearch/"
              + TEMPLATE_FILE
              + "; set index.name to a new index and index.alias to a new alias, fill it, and move"
              + " the old alias, as deploy/README.md explains)");
    }
  }

  /** Returns a temporary problem that an answer reports; null if it reports none. */
  private @Nullable String problem(String what, Answer answer) throws IndexSetupException {
    if (answer.isSuccess()) {
      return null;
    }
    if (answer.status() == 401 || answer.status() == 403) {
      throw IndexAdvice.notAllowed(connection.where(), answer.status());
    }
    String message =
        what
            + " at "
            + connection.where()
            + ": "
            + answer.status()
            + " "
            + Texts.beginning(answer.text(), 1000);
    if (answer.status() == 429 || answer.status() >= 500) {
      return message;
    }
    throw new IndexSetupException(message);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private static String pointer(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
