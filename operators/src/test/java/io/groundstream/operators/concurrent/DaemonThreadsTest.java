package io.groundstream.operators.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {
  @Test
  void threadsAreNumberedAndHoldUpNoExit() {
    ThreadFactory threads = DaemonThreads.named("reader");

    assertThat(threads.newThread(() -> {}).getName()).isEqualTo("reader-1");
    Thread second = threads.newThread(() -> {});
    assertThat(second.getName()).isEqualTo("reader-2");
    assertThat(second.isDaemon()).isTrue();
    assertThat(second.getContextClassLoader()).isSameAs(DaemonThreads.class.getClassLoader());
  }
}
