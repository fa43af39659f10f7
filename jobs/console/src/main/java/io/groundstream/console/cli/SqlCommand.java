package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.cli.GroundstreamHome;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.sql.script.SqlScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs SQL on this machine, with the model and the functions at hand. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Run statements of Flink SQL in this process.",
      "",
      "The model kosmos answers ML_PREDICT, and the functions iou, box_relation, crop and"
          + " ground_image are known; docs/sql.md describes them. Tables may be in Kafka"
          + " (avro-confluent, json, csv) or in files (json, csv). Results are printed as tables,"
          + " in streaming mode with the kind of each change. A query ends with its tables; one"
          + " over a topic runs until it is interrupted, unless the table has"
          + " 'scan.bounded.mode' = 'latest-offset'.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream sql -e \"SELECT iou(ROW(0, 0, 1, 1), ROW(0, 0, 0.5, 1))\"",
      "  groundstream sql --batch report.sql",
      "  groundstream sql ddl images phrases > topics.sql",
      "Exit codes: 0 all statements succeeded; 2 wrong usage; 3 a statement failed, and those after"
          + " it did not run."
    },
    subcommands = {SqlDdlCommand.class, HelpCommand.class})
final class SqlCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";
  private static final int SHOWN = 80;

  /** Captions are whole sentences. */
  private static final String COLUMN_WIDTH = "200";

  private static final Pattern INSERT =
      Pattern.compile(
          "INSERT|EXECUTE\\s+(INSERT|STATEMENT)|STATEMENT|BEGIN", Pattern.CASE_INSENSITIVE);

  private static final Pattern OWN_MODEL =
      Pattern.compile(
          "CREATE\\s+(TEMPORARY\\s+)?MODEL\\s+(IF\\s+NOT\\s+EXISTS\\s+)?`?kosmos\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern OWN_MODULE =
      Pattern.compile("LOAD\\s+MODULE\\s+`?groundstream\\b", Pattern.CASE_INSENSITIVE);

  /** All columns, so that a script needs no model of its own. */
  private static final String MODEL =
      """
      CREATE MODEL kosmos
      INPUT (image BYTES, task STRING, `text` STRING)
      OUTPUT (caption STRING, answer STRING,
        phrases ARRAY<ROW<phrase STRING, `start` INT, `end` INT, boxes ARRAY<ROW<x_min DOUBLE,
          y_min DOUBLE, x_max DOUBLE, y_max DOUBLE, confidence DOUBLE>>>>,
        finish_reason STRING, prompt_tokens INT, generated_tokens INT, model_revision STRING,
        error_code STRING, error_message STRING)
      WITH ('provider' = 'groundstream', %s)\
      """;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "Files with statements, each ended by a semicolon; - is standard input.")
  private List<Path> files = List.of();

  @Option(
      names = {"-e", "--execute"},
      paramLabel = "STATEMENT",
      description = "Statements to run, after those of the files. Repeatable.")
  private List<String> texts = List.of();

  @Option(names = "--batch", description = "Run queries in batch mode, which has no updates.")
  private boolean batch;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "The Kosmos-2 checkpoint of the model kosmos and of ground_image (default: the bundled"
              + " demo checkpoint, which knows drawn scenes only).")
  private @Nullable Path checkpoint;

  @Option(
      names = "--dtype",
      defaultValue = "auto",
      description = "float32, bfloat16, float16 or auto (default: ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(
      names = "--device",
      defaultValue = "auto",
      description = "auto, cpu or gpu:N (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      paramLabel = "N",
      description = "The number of subtasks of queries (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Override
  public Integer call() throws CommandException {
    List<String> statements = statements();
    if (statements.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Missing statements: a FILE, or --execute with a statement");
    }
    if (parallelism < 1) {
      throw new ParameterException(
          spec.commandLine(), "--parallelism: " + parallelism + " (expected: > 0)");
    }
    TableEnvironment tables = open(statements);
    for (int i = 0; i < statements.size(); i++) {
      run(tables, statements.get(i), i + 1);
    }
    return ExitCodes.OK;
  }

  private List<String> statements() throws CommandException {
    List<String> statements = new ArrayList<>();
    for (Path file : files) {
      try {
        statements.addAll(
            SqlScript.split(
                file.toString().equals(STANDARD_INPUT)
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(file)));
      } catch (IOException e) {
        throw new CommandException("FILE: " + file + ": " + e, e);
      }
    }
    for (String text : texts) {
      statements.addAll(SqlScript.split(text));
    }
    return statements;
  }

  /**
   * Opens a session with the model and the functions, as far as the statements do not make their
   * own ones of the same names.
   */
  private TableEnvironment open(List<String> statements) throws CommandException {
    TableEnvironment tables =
        TableEnvironment.create(
            batch ? EnvironmentSettings.inBatchMode() : EnvironmentSettings.inStreamingMode());
    tables.getConfig().set("parallelism.default", Integer.toString(parallelism));
    tables.getConfig().set("table.display.max-column-width", COLUMN_WIDTH);
    Path folder = checkpoint == null ? GroundstreamHome.demoCheckpoint() : checkpoint;
    String options =
        "'model.checkpoint' = %s, 'model.dtype' = %s, 'model.device' = %s, 'on-error' = 'row'"
            .formatted(
                literal(folder.toAbsolutePath().normalize().toString()),
                literal(dtype),
                literal(device));
    try {
      if (statements.stream().noneMatch(text -> OWN_MODEL.matcher(text).lookingAt())) {
        tables.executeSql(MODEL.formatted(options));
      }
      if (statements.stream().noneMatch(text -> OWN_MODULE.matcher(text).lookingAt())) {
        tables.executeSql("LOAD MODULE groundstream WITH (" + options + ")");
      }
    } catch (RuntimeException e) {
      throw new CommandException(FailureReasons.of(e), e);
    }
    return tables;
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private void run(TableEnvironment tables, String statement, int number) throws CommandException {
    spec.commandLine().getOut().flush();
    try {
      TableResult result = SqlScript.execute(tables, statement);
      if (result == null) {
        return;
      }
      if (result.getJobClient().isPresent() && isInsert(statement)) {
        // It is only submitted, and its result is a number that is not known.
        result.await();
      } else if (result.getResultKind() == ResultKind.SUCCESS_WITH_CONTENT) {
        result.print();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    } catch (ExecutionException | RuntimeException e) {
      throw new CommandException(
          "statement " + number + " (" + shown(statement) + "): " + FailureReasons.of(e), e);
    }
  }

  private static boolean isInsert(String statement) {
    return INSERT.matcher(statement).lookingAt();
  }

  private static String shown(String statement) {
    String line = statement.replaceAll("\\s+", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
