package io.groundstream.operators.metrics;

import io.groundstream.kosmos2.timing.DurationHistogram;
import io.groundstream.kosmos2.timing.DurationSummary;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;

/**
 * Adapts a histogram of durations to Flink, in fractional milliseconds. The count covers all
 * durations ever recorded; the statistics cover the last minute and are NaN if it had none.
 */
final class LatencyMetric implements Histogram {
  private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * The number of values that represent the distribution, for reporters that compute their own
   * statistics.
   */
  private static final int VALUES = 100;

  private final DurationHistogram durations;

  LatencyMetric(DurationHistogram durations) {
    this.durations = durations;
  }

  @Override
  public void update(long millis) {
    durations.record(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Override
  public long getCount() {
    return durations.count();
  }

  @Override
  public HistogramStatistics getStatistics() {
    return new Statistics(durations.recent());
  }

  private static final class Statistics extends HistogramStatistics {
    private final DurationSummary summary;

    Statistics(DurationSummary summary) {
      this.summary = summary;
    }

    @Override
    public double getQuantile(double quantile) {
      return summary.quantile(quantile) / NANOS_PER_MILLI;
    }

    @Override
    public long[] getValues() {
      long[] values = new long[summary.count() == 0 ? 0 : VALUES];
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.round(getQuantile((i + 0.5) / VALUES));
      }
      return values;
    }

    @Override
    public int size() {
      return (int) Math.min(Integer.MAX_VALUE, summary.count());
    }

    @Override
    public double getMean() {
      return summary.mean() / NANOS_PER_MILLI;
    }

    @Override
    public double getStdDev() {
      return summary.standardDeviation() / NANOS_PER_MILLI;
    }

    @Override
    public long getMax() {
      return Math.round(getQuantile(1));
    }

    @Override
    public long getMin() {
      return Math.round(getQuantile(0));
    }
  }
}
