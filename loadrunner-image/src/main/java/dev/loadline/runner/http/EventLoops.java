package dev.loadline.runner.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads that carry the load, each an event loop of its own: epoll where the machine has it,
 * else NIO. The caller closes them.
 */
public final class EventLoops implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;
  private final boolean epoll;
  private final List<EventLoop> loops = new ArrayList<>();

  private EventLoops(int count, String threadName, boolean epoll) {
    this.epoll = epoll;
    IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    ThreadFactory named = new DefaultThreadFactory(threadName, true);
    ThreadFactory punctual = loop -> named.newThread(() -> runPunctually(loop));
    group = new MultiThreadIoEventLoopGroup(count, punctual, factory);
    group.forEach(executor -> loops.add((EventLoop) executor));
  }

  private static void runPunctually(Runnable loop) {
    TimerSlack.lowerOfThisThread();
    TimeSlice.shortenOfThisThread();
    loop.run();
  }

  /**
   * Starts event loops on daemon threads.
   *
   * @param count how many, at least 1
   * @param threadName prefix of the threads' names
   */
  public static EventLoops start(int count, String threadName) {
    return new EventLoops(count, threadName, Epoll.isAvailable());
  }

  /**
   * Loads the classes and the native library that loops need, on a thread of its own: a fifth of a
   * second, in which the caller does something else.
   */
  public static void loadAhead() {
    Thread.ofPlatform()
        .daemon()
        .name("load-ahead")
        .start(() -> {
          try (EventLoops loops = start(1, "load-ahead")) {
            loops.loops.getFirst().submit(() -> {}).awaitUninterruptibly();
          }
        });
  }

  /** The same without epoll, so that a test can hold the fallback to the same behaviour. */
  static EventLoops startNio(int count, String threadName) {
    return new EventLoops(count, threadName, false);
  }

  /** The loops, in a fixed order. */
  public List<EventLoop> all() {
    return List.copyOf(loops);
  }

  /** A bootstrap of client connections on one of the loops. */
  Bootstrap client(EventLoop loop) {
    return new Bootstrap().group(loop).channel(clientChannel());
  }

  /** A bootstrap of a server on these loops; for servers within this process. */
  public ServerBootstrap server() {
    return new ServerBootstrap().group(group).channel(serverChannel());
  }

  private Class<? extends SocketChannel> clientChannel() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  private Class<? extends ServerChannel> serverChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** Ends the threads, waiting at most two seconds. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
