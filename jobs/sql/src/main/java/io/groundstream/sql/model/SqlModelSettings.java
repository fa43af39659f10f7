package io.groundstream.sql.model;

import io.groundstream.avro.RequestBox;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.fetch.FetchOptions;
import io.groundstream.operators.grounding.GroundingSettings;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.factories.FactoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * A model as {@code CREATE MODEL} describes it: checked {@link SqlModelOptions} and columns.
 *
 * @param task the task of rows without one
 * @param text the text of rows without one; null for none
 * @param boxes the boxes of rows without one, each x_min, y_min, x_max, y_max
 */
record SqlModelSettings(
    ModelSettings model,
    GroundingSettings grounding,
    Task task,
    @Nullable String text,
    List<Box4> boxes,
    OnError onError,
    InputColumns input,
    OutputColumns output)
    implements Serializable {

  /** A box, which can be sent to the task managers. */
  record Box4(double xMin, double yMin, double xMax, double yMax) implements Serializable {
    RequestBox toRequestBox() {
      return new RequestBox(xMin, yMin, xMax, yMax, /* phrase= */ null);
    }
  }

  private static final String TASKS =
      Arrays.stream(Task.values())
          .filter(task -> task != Task.SCORE)
          .map(Task::id)
          .collect(Collectors.joining(", "));
  private static final String BOXES =
      "x_min,y_min,x_max,y_max from 0 to 1, such as 0.1,0.2,0.5,0.6";

  SqlModelSettings {
    boxes = List.copyOf(boxes);
  }

  /**
   * Reads the settings of a model.
   *
   * @throws InvalidConfigurationException with all problems of its options and columns
   */
  static SqlModelSettings read(ResolvedCatalogModel catalogModel)
      throws InvalidConfigurationException {
    Map<String, String> options = new HashMap<>(catalogModel.getOptions());
    options.remove(FactoryUtil.PROVIDER.key());
    options.remove(FactoryUtil.PROPERTY_VERSION.key());
    SettingsReader reader = new SettingsReader(options);
    InputColumns input = InputColumns.read(catalogModel.getResolvedInputSchema(), reader);
    OnError onError = readOnError(reader);
    OutputColumns output =
        OutputColumns.read(catalogModel.getResolvedOutputSchema(), onError, reader);
    SqlModelSettings settings = read(reader, input, output);
    settings.checkDefaults(reader);
    reader.throwIfWrong();
    return settings;
  }

  /**
   * Reads the settings of a function.
   *
   * @throws InvalidConfigurationException with all problems of its options
   */
  static SqlModelSettings read(
      Map<String, String> options, InputColumns input, OutputColumns output)
      throws InvalidConfigurationException {
    SettingsReader reader = new SettingsReader(options);
    SqlModelSettings settings = read(reader, input, output);
    reader.throwIfWrong();
    return settings;
  }

  private static SqlModelSettings read(
      SettingsReader reader, InputColumns input, OutputColumns output) {
    reader.rejectUnknownKeys(SqlModelOptions.ALL, List.of(FetchOptions.HEADERS_PREFIX));
    String task = reader.get(SqlModelOptions.TASK, SqlModelSettings::isTask, "one of " + TASKS);
    String text = reader.find(SqlModelOptions.TEXT, any -> true, "a text");
    List<String> boxes =
        reader.get(
            SqlModelOptions.BOX, texts -> texts.stream().allMatch(box -> box(box) != null), BOXES);
    return new SqlModelSettings(
        ModelSettings.read(reader),
        GroundingSettings.read(reader),
        task(task),
        text,
        boxes(boxes),
        readOnError(reader),
        input,
        output);
  }

  private static OnError readOnError(SettingsReader reader) {
    return reader.get(SqlModelOptions.ON_ERROR, any -> true, "fail, null or row");
  }

  /** Returns these settings for other input columns. */
  SqlModelSettings withInput(InputColumns columns) {
    return new SqlModelSettings(model, grounding, task, text, boxes, onError, columns, output);
  }

  /** Reports options without which no row has an answer, and those that no row uses. */
  private void checkDefaults(SettingsReader reader) {
    if (input.hasTask()) {
      return;
    }
    if (task.takesText() && text == null && !input.hasText()) {
      reader.problem(
          SqlModelOptions.TEXT.key(),
          "not set",
          "a text for the task " + task.id() + ", or an input column text");
    }
    if (task.takesBoxes() && boxes.isEmpty() && !input.hasBox()) {
      reader.problem(
          SqlModelOptions.BOX.key(),
          "not set",
          "a box for the task " + task.id() + ", or an input column box");
    }
    if (!task.takesText() && text != null) {
      reader.problem(SqlModelOptions.TEXT, "not set, since the task " + task.id() + " takes none");
    }
    if (!task.takesBoxes() && !boxes.isEmpty()) {
      reader.problem(SqlModelOptions.BOX, "not set, since the task " + task.id() + " takes none");
    }
  }

  private static boolean isTask(String id) {
    try {
      // A row has no column for candidates.
      return Task.parse(id) != Task.SCORE;
    } catch (GroundingException e) {
      return false;
    }
  }

  private static Task task(String id) {
    try {
      return Task.parse(id);
    } catch (GroundingException e) {
      // Reported by the reader.
      return Task.GROUNDED_CAPTION;
    }
  }

  private static List<Box4> boxes(List<String> texts) {
    List<Box4> boxes = new ArrayList<>();
    for (String text : texts) {
      Box4 box = box(text);
      if (box != null) {
        boxes.add(box);
      }
    }
    return boxes;
  }

  /** Returns null if the text is not a box. */
  private static @Nullable Box4 box(String text) {
    String[] numbers = text.split(",", -1);
    if (numbers.length != 4) {
      return null;
    }
    try {
      Box4 box =
          new Box4(
              Double.parseDouble(numbers[0]),
              Double.parseDouble(numbers[1]),
              Double.parseDouble(numbers[2]),
              Double.parseDouble(numbers[3]));
      return new Box(box.xMin(), box.yMin(), box.xMax(), box.yMax()).problem() == null ? box : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
