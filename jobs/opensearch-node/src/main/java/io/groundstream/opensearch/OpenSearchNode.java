package io.groundstream.opensearch;

import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/**
 * An OpenSearch node that is a cluster of its own, with the modules that the images' index needs:
 * HTTP, the languages' analyzers, and reindexing. It has no security manager, as newer Java
 * versions know none, and no TLS: it listens on one address, which ought to be a loopback one.
 *
 * <p>Arguments: the folder for its data, the address, the port for HTTP and that for its transport.
 */
public final class OpenSearchNode extends Node {
  private OpenSearchNode(Settings settings) {
    super(
        InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), null, () -> "groundstream-local"),
        List.of(Netty4Plugin.class, CommonAnalysisPlugin.class, ReindexPlugin.class),
        false);
  }

  /** Starts the node; the process then lives until it is ended. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 4) {
      throw new IllegalArgumentException(
          "arguments: " + arguments.length + " (expected: FOLDER ADDRESS HTTP_PORT PORT)");
    }
    OpenSearchNode node =
        new OpenSearchNode(
            Settings.builder()
                .put("path.home", arguments[0])
                .put("cluster.name", "groundstream-local")
                .put("discovery.type", "single-node")
                .put("network.host", arguments[1])
                .put("http.port", arguments[2])
                .put("transport.port", arguments[3])
                .put("transport.type", "netty4")
                .put("http.type", "netty4")
                // Mapping many files needs a limit of the kernel that small machines do not raise.
                .put("node.store.allow_mmap", false)
                // A disk that is nearly full must not prevent a demo.
                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                .put("action.auto_create_index", false)
                .build());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node), "close-node"));
    node.start();
    Thread.currentThread().join();
  }

  private static void close(Node node) {
    try {
      node.close();
    } catch (Exception e) {
      // The data survive an abrupt end, and no process is left that would read a message.
    }
  }
}
