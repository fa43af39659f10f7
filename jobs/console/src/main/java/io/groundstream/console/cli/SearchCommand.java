package io.groundstream.console.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.operators.index.IndexConnectionSettings;
import io.groundstream.operators.index.IndexOptions;
import io.groundstream.operators.search.ImageSearch;
import io.groundstream.operators.search.IndexConnection;
import io.groundstream.operators.search.SearchException;
import io.groundstream.operators.search.SearchOrder;
import io.groundstream.operators.search.SearchRequest;
import io.groundstream.operators.search.SearchResult;
import io.groundstream.operators.search.SearchSyntaxException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Searches the index for images by the things that they show and the places of these. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description = {
      "Find images by what they show and where, in the index that 'groundstream index' fills.",
      "",
      "A query names things, their places and their relations; and, or, not and parentheses join"
          + " such parts. Words match all their English forms; words in quotes must stand"
          + " together. The answer lists each image with the boxes that matched.",
      "",
      "  dog                              a dog somewhere",
      "  dog left of fire                 also: right of, above, below, inside, contains,",
      "                                   overlapping, near",
      "  large dog in top left            small, medium, large; thirds of the image",
      "  dog area > 20%%                   also: width, height, x, y, confidence",
      "  dog near tree and not cat        and, or, not, parentheses",
      "  attribute:camera=front           also: caption, answer, task, model, revision, image,",
      "                                   event, origin, error",
      "  time >= 2026-01-01               a day, a time in UTC, or now-2h",
      "",
      "The whole language, with the OpenSearch query of each example: deploy/search.md.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream search 'dog left of fire and not cat'",
      "  groundstream search '\"large dog\" near tree' --json | jq -r .images[].image_id",
      "  The query for a service of your own:",
      "    groundstream search --explain 'dog in top left'",
      "Exit codes: 0 answered, even if nothing was found; 2 wrong usage, or a query that cannot"
          + " be read; 3 the index could not be asked."
    })
final class SearchCommand implements Callable<Integer> {
  static final String PASSWORD_VARIABLE = "GROUNDSTREAM_INDEX_PASSWORD";

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL[,…]",
      split = ",",
      defaultValue = "http://localhost:9200",
      description =
          "The URL of OpenSearch, or of several of its nodes; the next one is tried if one cannot"
              + " be reached (default: ${DEFAULT-VALUE}).")
  private List<String> urls;

  @Option(
      names = "--index",
      paramLabel = "NAME",
      defaultValue = IndexOptions.DEFAULT_ALIAS,
      description = "The index or alias to search (default: ${DEFAULT-VALUE}).")
  private String index;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "The user to log in as; the password is taken from the environment variable "
              + PASSWORD_VARIABLE
              + ", or from --password-file.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file whose first line is the user's password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--ca-certificates",
      paramLabel = "FILE",
      description =
          "A PEM file of the authorities that may have signed the certificate of an https URL"
              + " (default: those that Java trusts).")
  private @Nullable Path caCertificates;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long to wait for an answer (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "List at most this many images; 0 only counts them (default:" + " ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Skip this many images first, for the next page (default: ${DEFAULT-VALUE}).")
  private int offset;

  @Option(
      names = "--sort",
      paramLabel = "ORDER",
      defaultValue = "relevance",
      description =
          "relevance (equals by time, newest first) or newest, by the event's time (default:"
              + " ${DEFAULT-VALUE}).")
  private SearchOrder order;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = "--explain",
      description = "Print the OpenSearch request for the query, and do not send it.")
  private boolean explain;

  @Parameters(
      arity = "0..*",
      paramLabel = "QUERY",
      description = "What to find, as one argument: in single quotes.")
  private List<String> queries = List.of();

  @Override
  public Integer call() throws CommandException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try {
      SearchRequest request = new SearchRequest(query(), offset, limit, order);
      if (explain) {
        out.println(ImageSearch.explain(request, connection().index()));
      } else {
        print(new ImageSearch(connection()).search(request), out);
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage());
    } catch (SearchSyntaxException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(spec.commandLine().getColorScheme().errorText("error: " + e.getMessage()));
      err.flush();
      return ExitCodes.USAGE;
    } catch (SearchException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    } finally {
      out.flush();
    }
    return ExitCodes.OK;
  }

  private String query() {
    if (queries.size() != 1) {
      throw new ParameterException(
          spec.commandLine(),
          (queries.isEmpty() ? "QUERY: missing" : "QUERY: " + queries.size() + " arguments")
              + " (expected: one, in single quotes, such as 'dog left of fire')");
    }
    return queries.get(0);
  }

  private IndexConnection connection() {
    return new IndexConnection(access(urls, user, passwordFile, caCertificates), index, timeout);
  }

  /** Returns the settings of a connection; the password is from a file or the environment. */
  static IndexConnectionSettings access(
      List<String> urls,
      @Nullable String user,
      @Nullable Path passwordFile,
      @Nullable Path caCertificates) {
    String password = null;
    if (user != null && passwordFile == null) {
      password = Objects.requireNonNullElse(System.getenv(PASSWORD_VARIABLE), "");
    }
    return new IndexConnectionSettings(
        urls,
        user,
        password,
        passwordFile == null ? null : passwordFile.toString(),
        null,
        caCertificates == null ? null : caCertificates.toString());
  }

  private void print(SearchResult result, PrintStream out) {
    if (!json) {
      SearchTable.print(result, out);
      return;
    }
    try {
      out.println(new ObjectMapper().writeValueAsString(SearchJson.of(result)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("result: " + result, e);
    }
  }
}
