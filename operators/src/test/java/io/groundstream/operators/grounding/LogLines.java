package io.groundstream.operators.grounding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a logger writes with the layout of {@code deploy/log4j-json.properties}, on all levels. */
final class LogLines implements AutoCloseable {
  private static final Path FILE = Path.of("..", "deploy", "log4j-json.properties");

  private final StringWriter written = new StringWriter();
  private final String name;
  private final LoggerContext context = LoggerContext.getContext(false);

  private LogLines(String name) throws IOException {
    this.name = name;
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(FILE)) {
      properties.load(reader);
    }
    Configuration configuration = context.getConfiguration();
    PatternLayout layout =
        PatternLayout.newBuilder()
            .withConfiguration(configuration)
            .withPattern(properties.getProperty("appender.console.layout.pattern"))
            .withAlwaysWriteExceptions(
                Boolean.parseBoolean(
                    properties.getProperty("appender.console.layout.alwaysWriteExceptions")))
            .build();
    WriterAppender appender =
        WriterAppender.createAppender(layout, null, written, name, false, false);
    appender.start();
    LoggerConfig logger = new LoggerConfig(name, Level.ALL, /* additive= */ false);
    logger.addAppender(appender, Level.ALL, null);
    configuration.addLogger(name, logger);
    context.updateLoggers();
  }

  static LogLines capture(String name) throws IOException {
    return new LogLines(name);
  }

  Logger logger() {
    return LoggerFactory.getLogger(name);
  }

  String text() {
    return written.toString();
  }

  List<JsonNode> json() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Override
  public void close() {
    context.getConfiguration().removeLogger(name);
    context.updateLoggers();
  }
}
