package io.groundstream.sql.model;

import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.fetch.FetchOptions;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.ModelOptions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The options of {@code CREATE MODEL … WITH ('provider' = 'groundstream')}. */
public final class SqlModelOptions {
  public static final ConfigOption<String> TASK =
      ConfigOptions.key("task")
          .stringType()
          .defaultValue(Task.GROUNDED_CAPTION.id())
          .withDescription(
              "The task of rows whose column task is null, or of all rows if the model has no such"
                  + " column.");

  public static final ConfigOption<String> TEXT =
      ConfigOptions.key("text")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The text of rows whose column text is null, or of all rows if the model has no such"
                  + " column; for tasks that take a text.");

  public static final ConfigOption<List<String>> BOX =
      ConfigOptions.key("box")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "The box of rows whose column box is null, or of all rows if the model has no such"
                  + " column: x_min,y_min,x_max,y_max as fractions of the image's width and height."
                  + " Several are separated by semicolons. For tasks that take boxes.");

  public static final ConfigOption<OnError> ON_ERROR =
      ConfigOptions.key("on-error")
          .enumType(OnError.class)
          .defaultValue(OnError.FAIL)
          .withDescription(
              "What a row does whose image or request is faulty. fail: the query fails. null: all"
                  + " columns of the model are null. row: the columns error_code and error_message"
                  + " say why, and what the answer would have held is null.");

  /** All options of a model except those of Flink. */
  public static final List<ConfigOption<?>> ALL =
      Stream.<List<? extends ConfigOption<?>>>of(
              List.of(TASK, TEXT, BOX, ON_ERROR),
              ModelOptions.ALL,
              GroundingOptions.ANSWERS,
              List.of(
                  GroundingOptions.PREPARATION_THREADS,
                  GroundingOptions.DECODING_MEMORY,
                  GroundingOptions.MAX_ATTEMPTS),
              FetchOptions.ALL)
          .<ConfigOption<?>>flatMap(List::stream)
          .toList();

  private SqlModelOptions() {}
}
