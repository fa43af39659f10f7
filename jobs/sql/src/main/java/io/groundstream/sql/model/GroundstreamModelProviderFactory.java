package io.groundstream.sql.model;

import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.grounding.SharedKosmos2Provider;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;

/**
 * Makes Kosmos-2 a model of Flink SQL: {@code CREATE MODEL … WITH ('provider' = 'groundstream',
 * 'model.checkpoint' = '…')}. Options and columns are checked when a query is planned.
 */
public final class GroundstreamModelProviderFactory implements ModelProviderFactory {
  /** The value of {@code provider} in the options of a model. */
  public static final String IDENTIFIER = "groundstream";

  private final String identifier;
  private final Function<ModelSettings, GroundingModelProvider> models;

  /** Creates the factory, for Flink. */
  public GroundstreamModelProviderFactory() {
    this(IDENTIFIER, SharedKosmos2Provider::new);
  }

  /**
   * Creates a factory for other models.
   *
   * @param identifier the value of {@code provider}
   * @param models how the task managers open a model
   */
  public GroundstreamModelProviderFactory(
      String identifier, Function<ModelSettings, GroundingModelProvider> models) {
    this.identifier = identifier;
    this.models = models;
  }

  @Override
  public String factoryIdentifier() {
    return identifier;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(ModelOptions.CHECKPOINT);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options = new HashSet<>(SqlModelOptions.ALL);
    options.removeAll(requiredOptions());
    return options;
  }

  /**
   * Returns the provider of a model.
   *
   * @throws ValidationException with all problems of its options and columns, one a line
   */
  @Override
  public ModelProvider createModelProvider(Context context) {
    try {
      SqlModelSettings settings = SqlModelSettings.read(context.getCatalogModel());
      return new GroundstreamModelProvider(
          settings,
          models.apply(settings.model()),
          context.getCatalogModel().getResolvedInputSchema().getColumns().stream()
              .map(column -> column.getDataType().getLogicalType())
              .toList());
    } catch (InvalidConfigurationException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }
}
