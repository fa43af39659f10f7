package io.groundstream.operators.fetch;

import io.groundstream.images.MediaTypes;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.concurrent.DaemonThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code http} and {@code https} links of events: only to hosts that are allowed, only to
 * addresses that are not inward, within limits of time, size and number.
 *
 * <p>For each request, a host's addresses are looked up once and checked, and the connection goes
 * to the address that was checked; what the name resolves to later does not matter. This class
 * follows redirections itself, each like a link of its own. Callers are never blocked.
 *
 * <p>Cookies, caches and proxies are not used. Content codings are not requested, but undone if a
 * host has applied them. Thread-safe.
 */
final class HttpFetcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFetcher.class);
  private static final int IO_THREADS = 2;

  /** The operating system may take long to say that a name does not exist; each has one at most. */
  private static final int RESOLVER_THREADS = 16;

  private static final TimeValue IDLE_CONNECTIONS_LIVE = TimeValue.ofSeconds(30);

  /** Nothing may connect to what was not checked here, so the client itself resolves nothing. */
  private static final DnsResolver NONE =
      new DnsResolver() {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
          throw new UnknownHostException(host + " (expected: an address that is checked already)");
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
          throw new UnknownHostException(host);
        }
      };

  private final HttpFetchSettings settings;
  private final List<HostHeader> headers;
  private final int maxBytes;
  private final AddressRules addresses;
  private final ExecutorService resolving;
  private final HostNames names;
  private final ByteBudget memory;
  private final ScheduledExecutorService timer;
  private final ExecutorService decoding;
  private final Hosts hosts;
  private final CloseableHttpAsyncClient client;

  /**
   * @param maxBytes the largest image that is read
   * @param memory the memory for images that are being fetched, or are fetched and not decoded yet
   * @throws IOException if the file with headers cannot be read
   */
  HttpFetcher(HttpFetchSettings settings, int maxBytes, ByteBudget memory, NameResolver resolver)
      throws IOException {
    this(settings, maxBytes, memory, resolver, ClientTlsStrategyBuilder.create().buildAsync());
  }

  /**
   * @param tls how connections are encrypted, and which certificates are trusted
   */
  HttpFetcher(
      HttpFetchSettings settings,
      int maxBytes,
      ByteBudget memory,
      NameResolver resolver,
      TlsStrategy tls)
      throws IOException {
    this.settings = settings;
    this.headers = settings.headers().all();
    this.maxBytes = maxBytes;
    this.addresses = new AddressRules(settings.openedAddresses());
    this.resolving =
        Executors.newFixedThreadPool(RESOLVER_THREADS, DaemonThreads.named("fetch-resolver"));
    this.names = new HostNames(resolver, resolving, settings.connectTimeout());
    this.memory = memory;
    this.timer = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("fetch-timer"));
    this.decoding = Executors.newSingleThreadExecutor(DaemonThreads.named("fetch-decoder"));
    this.hosts = new Hosts(settings.maxConnectionsPerHost(), timer);
    this.client = client(settings, tls);
    client.start();
  }

  private static CloseableHttpAsyncClient client(HttpFetchSettings settings, TlsStrategy tls) {
    return HttpAsyncClients.custom()
        .setConnectionManager(
            PoolingAsyncClientConnectionManagerBuilder.create()
                .setDnsResolver(NONE)
                .setTlsStrategy(tls)
                .setMaxConnTotal(settings.maxConnections())
                .setMaxConnPerRoute(settings.maxConnectionsPerHost())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(timeout(settings.connectTimeout()))
                        .setSocketTimeout(timeout(settings.responseTimeout()))
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(timeout(settings.responseTimeout()))
                .setConnectionRequestTimeout(timeout(settings.totalTimeout()))
                .setRedirectsEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .setIOReactorConfig(
            IOReactorConfig.custom()
                .setIoThreadCount(IO_THREADS)
                .setSoTimeout(timeout(settings.responseTimeout()))
                .build())
        .setIoReactorExceptionCallback(e -> LOG.debug("The reactor's end", e))
        .setThreadFactory(DaemonThreads.named("fetch-io"))
        .setUserAgent(settings.headers().userAgent())
        .evictIdleConnections(IDLE_CONNECTIONS_LIVE)
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.of(duration);
  }

  /**
   * Fetches what a link leads to.
   *
   * @param deadline when the image is no longer wanted, or null
   * @return completes with the bytes, to be closed, or with a {@link GroundingException} of stage
   *     {@code fetch}; cancelling it ends the transfer
   */
  CompletableFuture<FetchedImage> fetch(String uri, @Nullable Instant deadline) {
    Link link;
    try {
      link = Link.parse(uri, settings);
    } catch (GroundingException e) {
      return CompletableFuture.failedFuture(e);
    }
    HttpTransfer transfer = new HttpTransfer(this, link, deadline);
    transfer.start();
    return transfer.result();
  }

  HttpFetchSettings settings() {
    return settings;
  }

  int maxBytes() {
    return maxBytes;
  }

  Hosts hosts() {
    return hosts;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /** Undoes content codings, away from the threads that all transfers share. */
  ExecutorService decoding() {
    return decoding;
  }

  /** Returns the memory for images that are being fetched, or are fetched and not decoded yet. */
  ByteBudget memory() {
    return memory;
  }

  /**
   * Finds the addresses of a host that may be connected to; none where there are others only. How
   * it fails: see {@link HostNames#resolve}.
   */
  CompletableFuture<List<InetAddress>> allowedAddresses(String host) {
    return names.resolve(host).thenApply(all -> all.stream().filter(addresses::allows).toList());
  }

  /**
   * Asks one host at one address that was checked.
   *
   * @param first where the link of the event leads, from which redirections may have led here
   */
  Future<SizedBody.Response> exchange(
      Link link,
      Link first,
      InetAddress address,
      ByteBudget.Grant reserved,
      FutureCallback<SizedBody.Response> callback) {
    return client.execute(
        new HttpHost(link.scheme(), address, link.host(), link.port()),
        request(link, first),
        new SizedBody(maxBytes, reserved),
        null,
        null,
        callback);
  }

  private AsyncRequestProducer request(Link link, Link first) {
    // By its parts, since java.net.URI refuses hosts and paths that browsers ask for.
    int port = link.hasStandardPort() ? -1 : link.port();
    BasicHttpRequest request =
        new BasicHttpRequest(
            Method.GET.name(),
            link.scheme(),
            new URIAuthority(link.host(), port),
            link.uri().requestTarget());
    request.addHeader(HttpHeaders.ACCEPT, MediaTypes.ACCEPT);
    boolean elsewhere = !link.hasOriginOf(first);
    for (HostHeader header : headers) {
      // A host that redirects chooses the target, which a pattern was not meant for.
      if (header.encrypted() == link.encrypted()
          && link.isAt(header.hosts())
          && (header.namesOneHost() || !elsewhere)) {
        request.setHeader(new BasicHeader(header.name(), header.value(), true));
      }
    }
    return new BasicRequestProducer(request, null);
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
    timer.shutdownNow();
    resolving.shutdownNow();
    decoding.shutdownNow();
  }
}
