package io.groundstream.console.demo;

import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.console.view.IndexSearch;
import io.groundstream.console.view.StartFrom;
import io.groundstream.console.view.TopicReaderSettings;
import io.groundstream.console.view.ViewException;
import io.groundstream.console.view.ViewOptions;
import io.groundstream.console.view.ViewPage;
import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.cli.LocalServiceException;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.search.IndexConnection;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page of a demo that keeps running; a demo that ends has no page. */
final class DemoView implements AutoCloseable {
  private final @Nullable ViewPage page;

  private DemoView(@Nullable ViewPage page) {
    this.page = page;
  }

  static DemoView start(DemoOptions options, DemoServices services)
      throws DemoException, LocalServiceException, InterruptedException {
    if (!options.keepRunning()) {
      return new DemoView(null);
    }
    LocalOpenSearch node = services.search();
    int port = LocalPorts.choose("the page to watch at", options.viewPort());
    try {
      TopicReaderSettings topics =
          TopicReaderSettings.parse(
              Map.of(
                  KafkaOptions.BOOTSTRAP_SERVERS.key(), services.kafka().bootstrapServers(),
                  RegistryOptions.URLS.key(), services.registry().url()));
      return new DemoView(
          ViewPage.start(
              new ViewOptions(
                  topics,
                  StartFrom.EARLIEST,
                  ViewOptions.DEFAULT_KEEP,
                  LocalPorts.HOST,
                  port,
                  List.of(),
                  node == null ? null : new IndexSearch(IndexConnection.to(node.url())))));
    } catch (InvalidConfigurationException | ViewException e) {
      throw new DemoException(String.valueOf(e.getMessage()), e);
    }
  }

  boolean isOpen() {
    return page != null;
  }

  /** Returns the URL of the page, or an empty text without one. */
  String url() {
    return page == null ? "" : page.url();
  }

  @Override
  public void close() {
    if (page != null) {
      page.close();
    }
  }
}
