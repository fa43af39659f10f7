package io.groundstream.sql.model;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationTimes;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.output.ModelIdentity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;

/**
 * The provider {@code held}: a model that answers no request before a certain number of them waits,
 * and then all of them, the last one first. {@code 'model.queue-capacity'} is that number.
 */
public final class HeldModelProviderFactory implements ModelProviderFactory {
  private final GroundstreamModelProviderFactory factory =
      new GroundstreamModelProviderFactory("held", HeldModels::new);

  @Override
  public String factoryIdentifier() {
    return factory.factoryIdentifier();
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return factory.requiredOptions();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return factory.optionalOptions();
  }

  @Override
  public ModelProvider createModelProvider(Context context) {
    return factory.createModelProvider(context);
  }

  private record HeldModels(int count) implements GroundingModelProvider {
    HeldModels(ModelSettings settings) {
      this(settings.queueCapacity());
    }

    @Override
    public GroundingModel open(DeviceSpec device) {
      return new HeldModel(count);
    }
  }

  private static final class HeldModel implements GroundingModel {
    private final int count;
    private final List<Runnable> held = new ArrayList<>();

    HeldModel(int count) {
      this.count = count;
    }

    @Override
    public ModelIdentity identity() {
      return new ModelIdentity("held", "r0", "float32");
    }

    @Override
    public PreparedImage prepare(byte[] imageBytes, long maxPixels) {
      return new PreparedImage(imageBytes[0], 1, new byte[3]);
    }

    @Override
    public CompletableFuture<GroundedAnswer> ground(GroundingRequest request) {
      CompletableFuture<GroundedAnswer> answer = new CompletableFuture<>();
      List<Runnable> due = new ArrayList<>();
      synchronized (held) {
        held.add(() -> answer.complete(answer(request)));
        if (held.size() == count) {
          due.addAll(held);
          held.clear();
        }
      }
      Collections.reverse(due);
      due.forEach(Runnable::run);
      return answer;
    }

    private static GroundedAnswer answer(GroundingRequest request) {
      return new GroundedAnswer(
          request.task(),
          new Prompt(new int[] {0, 1}, -1, 0, "", List.of()),
          new int[] {2},
          new float[] {1},
          new GroundedText("", String.valueOf(request.text()), "", List.of(), List.of()),
          FinishReason.END,
          request.options(),
          GenerationTimes.instant());
    }

    @Override
    public void close() {}
  }
}
