package io.groundstream.it;

import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Wraps a model so that it fails, hangs or runs out of memory as a file says, which contains the
 * name of a {@link Mischief}. Works across processes.
 */
final class FaultyModels implements GroundingModelProvider {
  private static final long serialVersionUID = 1L;
  private static final int LOOK_MILLIS = 50;

  /** The outcome of a request. */
  enum Mischief {
    NONE,
    /** It fails, and another attempt may succeed. */
    FAIL,
    /** An unexpected exception is thrown. */
    THROW,
    /** There is no answer until the mischief ends. */
    HANG,
    /** The device has too little memory. */
    DEVICE_OUT_OF_MEMORY,
    /** The process has too little memory. */
    PROCESS_OUT_OF_MEMORY
  }

  private final GroundingModelProvider models;
  private final String file;

  FaultyModels(GroundingModelProvider models, Path file) {
    this.models = models;
    this.file = file.toString();
  }

  /** Sets the outcome of requests from now on. */
  static void write(Path file, Mischief mischief) throws IOException {
    // Atomically, so that no process reads half a name.
    Path whole =
        Files.writeString(file.resolveSibling(file.getFileName() + ".new"), mischief.name());
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Mischief now() {
    try {
      return Mischief.valueOf(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public GroundingModel open(DeviceSpec device) throws Exception {
    return new FaultyModel(models.open(device));
  }

  private final class FaultyModel extends ForwardingModel {
    private volatile boolean closed;

    FaultyModel(GroundingModel model) {
      super(model);
    }

    @Override
    public CompletableFuture<GroundedAnswer> ground(GroundingRequest request)
        throws InterruptedException {
      return switch (now()) {
        case NONE -> super.ground(request);
        case FAIL -> failed(GroundingErrorCode.INFERENCE_FAILED);
        case DEVICE_OUT_OF_MEMORY -> failed(GroundingErrorCode.OUT_OF_MEMORY);
        case THROW ->
            CompletableFuture.failedFuture(new IllegalStateException("unexpected in this test"));
        case PROCESS_OUT_OF_MEMORY ->
            CompletableFuture.failedFuture(new OutOfMemoryError("requested by a test"));
        case HANG -> {
          CompletableFuture<GroundedAnswer> late = new CompletableFuture<>();
          askLater(request, late);
          yield late;
        }
      };
    }

    private static CompletableFuture<GroundedAnswer> failed(GroundingErrorCode code) {
      return CompletableFuture.failedFuture(new GroundingException(code, "requested by a test"));
    }

    private void askLater(GroundingRequest request, CompletableFuture<GroundedAnswer> late) {
      CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                if (closed || late.isDone()) {
                  return;
                }
                if (now() == Mischief.HANG) {
                  askLater(request, late);
                  return;
                }
                try {
                  CompletableFuture<?> unused =
                      ground(request)
                          .whenComplete(
                              (answer, failure) -> {
                                if (failure == null) {
                                  late.complete(answer);
                                } else {
                                  late.completeExceptionally(failure);
                                }
                              });
                } catch (Throwable e) {
                  late.completeExceptionally(e);
                }
              });
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }
}
