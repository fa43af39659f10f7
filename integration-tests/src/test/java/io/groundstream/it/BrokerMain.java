package io.groundstream.it;

import io.groundstream.jobs.embedded.LocalKafka;
import java.nio.file.Path;

/** A broker as a process of its own, which can be killed. Arguments: its folder and its port. */
public final class BrokerMain {
  private BrokerMain() {}

  public static void main(String[] arguments) throws Exception {
    try (LocalKafka kafka =
        LocalKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
      System.out.println(kafka.failure().toCompletableFuture().get());
    }
  }
}
