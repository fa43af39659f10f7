package io.groundstream.it;

import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/**
 * Counts every call of another model in a way that survives kills: each call appends a byte to a
 * file, through the operating system, before the model is called.
 */
final class CountingModels implements GroundingModelProvider {
  private static final long serialVersionUID = 1L;

  private final GroundingModelProvider models;
  private final String file;

  CountingModels(GroundingModelProvider models, String file) {
    this.models = models;
    this.file = file;
  }

  @Override
  public GroundingModel open(DeviceSpec device) throws Exception {
    OutputStream calls = new FileOutputStream(file, /* append= */ true);
    return new ForwardingModel(models.open(device)) {
      @Override
      public CompletableFuture<GroundedAnswer> ground(GroundingRequest request)
          throws InterruptedException {
        try {
          calls.write('.');
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return super.ground(request);
      }

      @Override
      public void close() {
        super.close();
        try {
          calls.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
