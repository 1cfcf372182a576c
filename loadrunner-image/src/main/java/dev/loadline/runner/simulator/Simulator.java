package dev.loadline.runner.simulator;

import dev.loadline.runner.http.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OpenAI-compatible server of exactly known timing. All of it runs on one event loop: nothing is
 * shared, and with the same seed and order of requests it draws the same delays.
 */
public final class Simulator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);
  private static final int MOST_BODY_BYTES = 64 << 20;
  private static final int BACKLOG = 4096;
  private static final long LOG_SECONDS = 10;

  private final EventLoops loops;
  private final EventLoop loop;
  private final Simulation simulation;
  private final SimulatorSettings settings;
  private final Channel channel;
  private final Future<?> progress;
  private long loggedRequests;

  private Simulator(
      EventLoops loops, Simulation simulation, SimulatorSettings settings, Channel channel) {
    this.loops = loops;
    this.loop = loops.all().getFirst();
    this.simulation = simulation;
    this.settings = settings;
    this.channel = channel;
    progress =
        loop.scheduleAtFixedRate(this::logProgress, LOG_SECONDS, LOG_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Starts listening.
   *
   * @throws IllegalArgumentException with a sentence for the user if it cannot, for example because
   *     the port is taken
   */
  public static Simulator start(SimulatorSettings settings) {
    Optional<SslContext> tls = tls(settings.listener());
    EventLoops loops = EventLoops.start(1, "simulator");
    Simulation simulation = new Simulation(settings, System::nanoTime, InstantSource.system());
    Router router = new Router(simulation);
    ChannelFuture bound =
        loops
            .server()
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    tls.ifPresent(context ->
                        connection.pipeline().addLast(context.newHandler(connection.alloc())));
                    addHandlers(connection, router, System::nanoTime);
                  }
                })
            .bind(settings.listener().host(), settings.listener().port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.close();
      SimulatorSettings.Listener listener = settings.listener();
      throw new IllegalArgumentException(
          BindFailure.sentence(bound.cause(), listener.host(), listener.port()));
    }
    return new Simulator(loops, simulation, settings, bound.channel());
  }

  /** Adds all handlers of one connection but TLS, whose place is behind the stamp. */
  static void addHandlers(Channel connection, Router router, LongSupplier nanoTime) {
    ArrivalStamp stamp = new ArrivalStamp(nanoTime);
    connection
        .pipeline()
        .addFirst(stamp)
        .addLast(new HttpServerCodec())
        .addLast(new HttpObjectAggregator(MOST_BODY_BYTES))
        .addLast(new ConnectionHandler(router, stamp));
  }

  private static Optional<SslContext> tls(SimulatorSettings.Listener listener) {
    if (listener.certificate().isEmpty() || listener.privateKey().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          SslContextBuilder.forServer(
                  listener.certificate().get().toFile(), listener.privateKey().get().toFile())
              .sslProvider(SslProvider.JDK)
              .build());
    } catch (IllegalArgumentException | SSLException e) {
      throw new IllegalArgumentException(
          "The files of --tls-certificate and --tls-key cannot be used: they must be readable and"
              + " hold PEM, the key an unencrypted PKCS #8 one.",
          e);
    }
  }

  /** The base URL of its API, for example {@code http://127.0.0.1:8000/v1}. */
  public URI url() {
    return root().resolve("/v1");
  }

  /** The URL without a path. */
  public URI root() {
    int port = ((InetSocketAddress) channel.localAddress()).getPort();
    String host = settings.listener().host();
    String shown = host.contains(":") ? "[" + host + "]" : host;
    String scheme = settings.listener().certificate().isPresent() ? "https" : "http";
    return URI.create(scheme + "://" + shown + ":" + port);
  }

  /** What it has sent so far. */
  public TruthReport truth() {
    return CompletableFuture.supplyAsync(simulation::report, loop).join();
  }

  /** Forgets what it has sent so far. */
  public void reset() {
    CompletableFuture.runAsync(simulation.truth()::reset, loop).join();
  }

  private void logProgress() {
    TruthReport report = simulation.report();
    if (report.requests() == loggedRequests && report.running() == 0) {
      return;
    }
    loggedRequests = report.requests();
    LOG.atInfo()
        .addKeyValue("requests", report.requests())
        .addKeyValue("succeeded", report.succeeded())
        .addKeyValue("cancelled", report.cancelled())
        .addKeyValue("errors", report.errors())
        .addKeyValue("running", report.running())
        .addKeyValue("waiting", report.waiting())
        .addKeyValue("outputTokens", report.outputTokens())
        .addKeyValue("lateP99Millis", report.lateMillis().p99())
        .log("simulator");
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    progress.cancel(false);
    channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    loops.close();
  }
}
