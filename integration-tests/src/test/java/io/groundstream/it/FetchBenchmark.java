package io.groundstream.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.groundstream.jobs.backfill.Backfill;
import io.groundstream.jobs.backfill.BackfillSummary;
import io.groundstream.jobs.configuration.BackfillSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Measures how much a host that answers in two seconds slows down the images of other hosts: a
 * backfill of a manifest of links, with a model that answers at once and does not decode, first
 * with three fast hosts only, then with one image in ten at a slow host. Prints, for several
 * settings, the images per second of the fast hosts, and the ratio.
 *
 * <pre>{@code
 * java … io.groundstream.it.FetchBenchmark [IMAGES [BYTES_EACH]]
 * }</pre>
 */
final class FetchBenchmark {
  private static final int FAST_HOSTS = 3;
  private static final int ONE_IN = 10;

  private final byte[] image;
  private final int images;
  private final ExecutorService serving = Executors.newCachedThreadPool();
  private final List<HttpServer> hosts = new ArrayList<>();
  private final AtomicLong lastFast = new AtomicLong();
  private final AtomicLong firstFast = new AtomicLong();
  private final AtomicLong fast = new AtomicLong();

  private FetchBenchmark(int images, int bytes) throws IOException {
    this.images = images;
    this.image = new byte[bytes];
    for (int host = 0; host <= FAST_HOSTS; host++) {
      hosts.add(serve("127.0.0." + (host + 2), host == FAST_HOSTS));
    }
  }

  public static void main(String[] arguments) throws Exception {
    int images = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 600;
    int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50_000;
    FetchBenchmark benchmark = new FetchBenchmark(images, bytes);
    // The first run warms up the JVM.
    double unused = benchmark.rate(false, false, 64, 8);
    benchmark.compare(true, 64, 8);
    benchmark.compare(false, 64, 8);
    benchmark.compare(false, 512, 64);
    System.exit(0);
  }

  private void compare(boolean ordered, int capacity, int perHost) throws Exception {
    double alone = rate(false, ordered, capacity, perHost);
    double mixed = rate(true, ordered, capacity, perHost);
    System.out.printf(
        Locale.ROOT,
        "ordered %s, capacity %d, %d connections a host: %.0f images/s of fast hosts alone, %.0f"
            + " with one in %d at a host that takes 2 s, ratio %.2f%n",
        ordered,
        capacity,
        perHost,
        alone,
        mixed,
        ONE_IN,
        mixed / alone);
  }

  /** Each host has its own address, because limits apply per host and not per port. */
  private HttpServer serve(String address, boolean slow) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.setExecutor(serving);
    server.createContext("/", exchange -> answer(exchange, slow));
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange, boolean slow) throws IOException {
    try (exchange) {
      if (slow) {
        TimeUnit.SECONDS.sleep(2);
      } else {
        firstFast.compareAndSet(0, System.nanoTime());
      }
      exchange.sendResponseHeaders(200, image.length);
      exchange.getResponseBody().write(image);
      if (!slow) {
        fast.incrementAndGet();
        lastFast.set(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the images per second of the fast hosts, from the first image to the last. */
  private double rate(boolean mixed, boolean ordered, int capacity, int perHost) throws Exception {
    Path folder = Files.createTempDirectory("fetch-benchmark");
    try {
      StringBuilder manifest = new StringBuilder("id,uri\n");
      int count = 0;
      for (int number = 0; number < images; number++) {
        boolean slow = number % ONE_IN == ONE_IN - 1;
        if (slow && !mixed) {
          continue;
        }
        HttpServer host = hosts.get(slow ? FAST_HOSTS : number % FAST_HOSTS);
        manifest.append(number).append(',').append(link(host)).append(number).append('\n');
        count++;
      }
      Path archive = Files.writeString(folder.resolve("images.csv"), manifest);
      fast.set(0);
      firstFast.set(0);
      run(folder, archive, count, settings(ordered, capacity, perHost));
      double seconds = (lastFast.get() - firstFast.get()) / (double) TimeUnit.SECONDS.toNanos(1);
      return fast.get() / seconds;
    } finally {
      delete(folder);
    }
  }

  private static String link(HttpServer host) {
    return "http://" + name(host) + "/";
  }

  private static String name(HttpServer host) {
    return host.getAddress().getHostString() + ":" + host.getAddress().getPort();
  }

  private Map<String, String> settings(boolean ordered, int capacity, int perHost) {
    Map<String, String> values = new HashMap<>();
    values.put("grounding.ordered", Boolean.toString(ordered));
    values.put("grounding.capacity", Integer.toString(capacity));
    values.put("fetch.http.max-connections-per-host", Integer.toString(perHost));
    values.put("fetch.http.max-connections", "256");
    values.put(
        "fetch.http.allowed-hosts",
        hosts.stream().map(FetchBenchmark::name).collect(Collectors.joining(";")));
    values.put("fetch.http.plain-allowed", "true");
    values.put("fetch.http.opened-addresses", "127.0.0.0/8");
    values.put("fetch.http.transfer-timeout", "2 min");
    values.put("fetch.http.total-timeout", "2 min");
    values.put("job.parallelism", "1");
    return values;
  }

  private static void run(Path folder, Path archive, int count, Map<String, String> more)
      throws Exception {
    Map<String, String> values = new HashMap<>(more);
    values.put("archive.paths", archive.toString());
    values.put("output.directory", folder.resolve("output").toString());
    values.put("backfill.state-directory", folder.resolve("state").toString());
    values.put("model.checkpoint", "none");
    values.put("job.checkpoint-interval", "10 s");
    BackfillSettings settings = BackfillSettings.parse(values);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    BackfillSummary summary;
    try (Backfill backfill = Backfill.prepare(settings, /* resume= */ false, err)) {
      summary = backfill.run(new InstantModels());
    }
    if (summary == null || summary.images() != count || summary.failed() != 0) {
      throw new AssertionError("not all images: " + summary);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (var paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
