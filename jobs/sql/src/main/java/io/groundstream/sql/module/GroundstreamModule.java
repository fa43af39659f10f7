package io.groundstream.sql.module;

import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.sql.functions.BoxRelationFunction;
import io.groundstream.sql.functions.CropFunction;
import io.groundstream.sql.functions.IouFunction;
import io.groundstream.sql.model.GroundImageFunction;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.module.Module;
import org.jspecify.annotations.Nullable;

/** The functions {@code iou}, {@code box_relation}, {@code crop} and {@code ground_image}. */
public final class GroundstreamModule implements Module {
  private static final String GROUND_IMAGE = "ground_image";

  private final Map<String, FunctionDefinition> functions;
  private final @Nullable FunctionDefinition groundImage;

  /**
   * Creates the module.
   *
   * @param options {@link io.groundstream.sql.model.SqlModelOptions} for {@code ground_image},
   *     which needs a checkpoint; empty for none
   * @throws ValidationException with all problems of the options, one a line
   */
  public GroundstreamModule(Map<String, String> options) {
    this.functions =
        Map.of(
            "iou", new IouFunction(),
            "box_relation", new BoxRelationFunction(),
            "crop", new CropFunction());
    this.groundImage = options.isEmpty() ? null : GroundImageFunction.of(options);
  }

  @Override
  public Set<String> listFunctions() {
    return Set.of("iou", "box_relation", "crop", GROUND_IMAGE);
  }

  @Override
  public Optional<FunctionDefinition> getFunctionDefinition(String name) {
    String function = name.toLowerCase(Locale.ROOT);
    if (!function.equals(GROUND_IMAGE)) {
      return Optional.ofNullable(functions.get(function));
    }
    if (groundImage == null) {
      throw new ValidationException(
          ModelOptions.CHECKPOINT.key()
              + ": not set (expected: LOAD MODULE groundstream WITH ('"
              + ModelOptions.CHECKPOINT.key()
              + "' = '…') for ground_image)");
    }
    return Optional.of(groundImage);
  }
}
