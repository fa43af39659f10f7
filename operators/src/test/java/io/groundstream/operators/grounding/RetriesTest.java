package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.fetch.HttpFetchSettings;
import io.groundstream.operators.format.PerTopic;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.tracing.EventTrace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private final AtomicInteger draws = new AtomicInteger();

  private Retries retries(long drawn) {
    return new Retries(
        Runnable::run,
        bound -> {
          draws.incrementAndGet();
          return Math.min(drawn, bound - 1);
        });
  }

  @Test
  void pausesGrowAndHalfOfThemIsRandom() {
    for (int attempt = 1; attempt <= 3; attempt++) {
      long most = 200 * (long) Math.pow(3, attempt - 1);
      assertThat(retries(0).pauseAfter(GroundingErrorCode.INFERENCE_FAILED, attempt, 9, null))
          .isEqualTo(new Retries.Pause(most / 2));
      assertThat(
              retries(Long.MAX_VALUE)
                  .pauseAfter(GroundingErrorCode.INFERENCE_FAILED, attempt, 9, null))
          .isEqualTo(new Retries.Pause(most));
    }
  }

  @Test
  void thereIsNoneWhereItCannotHelp() {
    Retries retries = retries(100);
    GroundingErrorCode failed = GroundingErrorCode.INFERENCE_FAILED;
    assertThat(retries.pauseAfter(GroundingErrorCode.UNKNOWN_TASK, 1, 9, null)).isNull();
    assertThat(retries.pauseAfter(failed, 9, 9, null)).isNull();
    assertThat(retries.pauseAfter(failed, 1, 9, Instant.now().plusMillis(150))).isNull();
    assertThat(retries.pauseAfter(failed, 1, 9, Instant.now().plusSeconds(60)))
        .isEqualTo(new Retries.Pause(200));
  }

  /** A second draw could be longer than what was checked against the deadline. */
  @Test
  void aRequestSleepsThePauseThatWasDrawn() throws Exception {
    Retries retries = retries(0);
    FakeModel model = new FakeModel();
    GroundingSettings settings =
        new GroundingSettings(
            PerTopic.same(RequestRules.of(List.of(new RequestTemplate(Task.CAPTION, null)))),
            96,
            0,
            DecodingSettings.GREEDY,
            Candidates.NONE,
            List.of(),
            64,
            true,
            4,
            2,
            new FetchSettings(List.of(), 1, Duration.ofMinutes(1), HttpFetchSettings.NONE, 1 << 20),
            1 << 20,
            2,
            Duration.ofMinutes(1),
            1 << 20,
            1000,
            3,
            KafkaOptions.Tombstones.SKIP);
    ImageRequest request =
        ImageRequest.newBuilder().setTask("question").setText("fail always").build();
    ImageEvent event =
        ImageEvent.newBuilder().setEventId("e").setRequests(List.of(request)).build();

    long begin = System.nanoTime();
    List<Outcome> outcomes =
        new ModelRequests(model, new DeviceClock(System::nanoTime), settings, retries)
            .ask(
                new InFlightEvent(new EventRecord(), EventTrace.NONE),
                event,
                List.of(new AskedRequest("a", request)),
                new EventImages(null, List.of(), Demonstrations.NONE))
            .get(10, TimeUnit.SECONDS);

    assertThat(outcomes).hasSize(1);
    assertThat(draws).as("one pause, drawn once").hasValue(1);
    assertThat(System.nanoTime() - begin)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
  }
}
