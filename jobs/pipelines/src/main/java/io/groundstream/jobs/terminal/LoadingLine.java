package io.groundstream.jobs.terminal;

import io.groundstream.kosmos2.program.LoadProgress;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows the progress of loading a model; close it when the model is loaded. */
public final class LoadingLine implements LoadProgress, AutoCloseable {
  private final ProgressLine line;

  public LoadingLine(PrintWriter err) {
    line = new ProgressLine(err, "Loading the model");
  }

  @Override
  public void onProgress(long loadedBytes, long totalBytes) {
    line.update(
        loadedBytes,
        totalBytes,
        String.format(Locale.ROOT, "%.2f of %.2f GB", loadedBytes / 1e9, totalBytes / 1e9));
  }

  @Override
  public void close() {
    line.end();
  }
}
