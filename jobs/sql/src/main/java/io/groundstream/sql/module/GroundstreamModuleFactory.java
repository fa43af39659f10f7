package io.groundstream.sql.module;

import io.groundstream.sql.model.SqlModelOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.factories.ModuleFactory;
import org.apache.flink.table.module.Module;

/** Makes {@code LOAD MODULE groundstream} known. */
public final class GroundstreamModuleFactory implements ModuleFactory {
  @Override
  public String factoryIdentifier() {
    return "groundstream";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return new HashSet<>(SqlModelOptions.ALL);
  }

  @Override
  public Module createModule(Context context) {
    Map<String, String> options = new HashMap<>(context.getOptions());
    options.remove("type");
    return new GroundstreamModule(options);
  }
}
