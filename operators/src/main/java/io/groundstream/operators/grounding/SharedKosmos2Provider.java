package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.SharedModels;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.output.ModelIdentity;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens Kosmos-2 as the settings say; one copy for each device of a process. */
public final class SharedKosmos2Provider implements GroundingModelProvider {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SharedKosmos2Provider.class);
  private static final int PROGRESS_STEP_PERCENT = 10;

  private final ModelSettings settings;

  /** The same in all subtasks of a job: jobs that share a model get equal shares of it. */
  private final String caller = UUID.randomUUID().toString();

  public SharedKosmos2Provider(ModelSettings settings) {
    this.settings = settings;
  }

  @Override
  public GroundingModel open(DeviceSpec device)
      throws CheckpointException, DeviceException, InterruptedException {
    AtomicInteger told = new AtomicInteger();
    SharedModels.Lease lease =
        SharedModels.acquire(
            settings.toOptions(device),
            (loaded, total) -> {
              int percent = total == 0 ? 100 : (int) (100 * loaded / total);
              boolean done = percent == 100 && told.get() < 100;
              if (done || percent >= told.get() + PROGRESS_STEP_PERCENT) {
                told.set(percent);
                LOG.info("Loading {}: {} %", settings.checkpoint(), percent);
              }
            });
    boolean identified = false;
    try {
      Kosmos2 model = lease.model();
      ModelIdentity identity =
          new ModelIdentity(model.modelName(), model.revision(), model.precision().id());
      identified = true;
      LOG.info(
          "Using {} in revision {} and {} on {}",
          identity.name(),
          identity.revision(),
          identity.dtype(),
          model.device());
      return new LeasedModel(lease, identity, caller);
    } finally {
      if (!identified) {
        lease.close();
      }
    }
  }

  private static final class LeasedModel implements GroundingModel {
    private final SharedModels.Lease lease;
    private final Kosmos2 model;
    private final ModelIdentity identity;
    private final String caller;

    LeasedModel(SharedModels.Lease lease, ModelIdentity identity, String caller) {
      this.lease = lease;
      this.model = lease.model();
      this.identity = identity;
      this.caller = caller;
    }

    @Override
    public ModelIdentity identity() {
      return identity;
    }

    @Override
    public PreparedImage prepare(byte[] imageBytes, long maxPixels) throws GroundingException {
      return model.prepare(imageBytes, maxPixels);
    }

    @Override
    public CompletableFuture<GroundedAnswer> ground(GroundingRequest request)
        throws InterruptedException {
      return model.ground(request, caller);
    }

    @Override
    public EngineStatistics statistics() {
      return model.statistics();
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
